"""The report of a text program in a real browser: a pasted sentence is tagged, and why is said in words, as the command line does."""

from pathlib import Path

import pytest
from browser import Page, chromium, opened
from terminal import tprog
from text.made_up import write_classes, write_entities

from tprog.analysis.explain.text import legend, phrase
from tprog.analysis.texts import TextRun, learn_text, write_learned
from tprog.evaluate.scalar import interpret, ranking
from tprog.ir import Program, WordTable
from tprog.text.documents import Kind

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on the PATH; install one, or name it in TPROG_CHROMIUM"
)


def learned(kind: Kind, folder: Path) -> Program:
    """Learn from made-up texts, and write the run folder and its page."""
    write = write_entities if kind == "ner" else write_classes
    found = learn_text(TextRun(kind, write(folder / "texts.txt")))
    write_learned(found, folder / "model")
    made = tprog("report", str(folder / "model"), "--quick", "-o", str(folder / "page.html"))
    assert made.code == 0, made
    return found.program


def texts(page: Page, selector: str) -> list[str]:
    """Return the texts of all elements that a selector finds."""
    found = f"[...document.querySelectorAll('{selector}')].map((one) => one.textContent)"
    return list(page.evaluate(found))


def said(program: Program, words: list[str], position: int | None) -> set[str]:
    """Return what all votes say at a position, or everywhere, in the words of the command line, with the page's quotes."""
    found = interpret(program, program.domain.frame(words))
    entry = 0 if position is None else position
    first, second, *_ = ranking(program, found.sums[entry])
    places = range(len(found.framed)) if position is None else [position]
    return {
        phrase(program, found, vote.variable, place).replace("'", "‘")
        for number, vote in enumerate(program.classifier.votes)
        for place in places
        if found.votes[number][place][first] != found.votes[number][place][second]
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "pasted", "position"),
    [("ner", "Zoe met Mia in New York.", 6), ("classify", "Which year saw Paris?", None)],
)
def test_a_pasted_text_is_answered_in_words(
    kind: Kind, pasted: str, position: int | None, tmp_path: Path
) -> None:
    """Labels are those of `tprog run`, reasons those of `--explain`; a table says what its values mean; nothing sticks out."""
    program = learned(kind, tmp_path)
    with opened(tmp_path / "page.html") as page:
        page.wait("window.tprogReport?.ready === true")
        page.click("#input")
        page.evaluate("document.querySelector('#input').select()")
        page.type(pasted)
        page.press("Enter", 13)
        expected = tprog("run", str(tmp_path / "model"), "--input", pasted).out.split()
        assert texts(page, "#answer .label") == expected
        words = [one for one in texts(page, "#answer .token") if one != "→"]
        assert words[-1] in (".", "?")
        if position is not None:
            page.click(f"#answer [data-at='{position}']")
        shown = {one.replace("’", "‘") for one in texts(page, "#why .says")}
        assert shown
        assert shown <= said(program, words, position)
        number = program.names.index("tag" if kind == "ner" else "evidence")
        table = program.inputs[number]
        assert isinstance(table, WordTable)
        page.evaluate(f"tprogReport.choose({number})")
        meant = [", ".join(legend(program, table, value)) for value in range(len(table.values))]
        assert texts(page, "#inspector .rows td + td") == [words for words in meant if words]
        assert texts(page, ".card .big")[1].startswith("F1 " if kind == "ner" else "Accuracy ")
        for width in (1400, 390):
            page.view(width, 900)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.complaints == []
