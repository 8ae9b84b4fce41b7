"""A report in a real browser: what a reader types, clicks and sees, and that the page computes what Python computes."""

import itertools
import json
import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Page, chromium, opened
from example_programs import hist_program
from hypothesis import HealthCheck, Phase, given, settings
from strategies import programs
from terminal import tprog

from tprog.analysis.show.report import make_report, render_report
from tprog.analysis.show.report.data import program_payload
from tprog.codegen import emit
from tprog.evaluate import sample_inputs
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    CategoricalVotes,
    NumericalLookup,
    Program,
    Provenance,
    Rectangle,
    TextRule,
    text_feature,
)
from tprog.locate import gallery_names, load

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on the PATH; install one, or name it in TPROG_CHROMIUM"
)

HOSTILE = ("</script><b>", "<img/src=x/onerror=alert(1)>", "<!--", "&amp;", '"')
# Inputs on which the page and Python are compared, for each program.
INPUTS = 40


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open the report of a gallery program once for all tests here."""
    path = tmp_path_factory.mktemp("report") / "sort.html"
    assert tprog("report", "sort", "-o", str(path)).code == 0
    with opened(path) as shown:
        shown.view(1400, 900)
        shown.wait("window.tprogReport?.ready === true")
        yield shown
        assert shown.complaints == []


def type_input(page: Page, text: str) -> None:
    """Put text into the input box as a keyboard would, and press Enter."""
    page.click("#input")
    page.evaluate("document.querySelector('#input').select()")
    page.type(text)
    page.press("Enter", 13)


def labels(page: Page) -> list[str]:
    """Return the labels that the page shows."""
    shown = page.evaluate(
        "[...document.querySelectorAll('#answer .label')].map((one) => one.textContent)"
    )
    return list(shown)


def test_the_page_answers_as_the_command_line(page: Page) -> None:
    """What is typed gives the labels that `tprog run` prints, with spaces or without."""
    for tokens in (["3", "1", "2"], ["4"], ["0", "0", "4", "1", "1", "2"]):
        expected = tprog("run", "sort", *tokens).out.split()
        for text in (" ".join(tokens), "".join(tokens)):
            type_input(page, text)
            assert labels(page) == expected


def test_a_wrong_input_is_explained(page: Page) -> None:
    """An unknown token and a sequence that is too long say so, and the page goes on working."""
    type_input(page, "3 x")
    assert "unknown token" in page.evaluate("document.querySelector('#problem').textContent")
    assert page.evaluate("document.querySelector('#problem').hidden") is False
    type_input(page, "1 1 1 1 1 1 1")
    assert "more than the most, 6" in page.evaluate(
        "document.querySelector('#problem').textContent"
    )
    type_input(page, "2 1")
    assert page.evaluate("document.querySelector('#problem').hidden") is True
    assert labels(page) == ["1", "2"]


def test_a_mistake_leaves_no_answer_standing(page: Page) -> None:
    """Beside an input that does not run, or an empty one, there is no label, no verdict, no reason and no step."""
    for text in ("3 x", ""):
        type_input(page, "3 1 2")
        assert text_of(page, "#verdict") == "All right."
        type_input(page, text) if text else clear_input(page)
        for part in ("#answer", "#verdict", "#why"):
            assert text_of(page, part) == ""
        assert page.evaluate("document.querySelectorAll('#steps-body .step').length") == 0
        assert page.evaluate("document.querySelector('#problem').hidden") == (text == "")


def test_whatever_is_typed_is_judged(page: Page) -> None:
    """The gallery's sort is right on every input, and so is each label that it gives to a new one."""
    type_input(page, "4 4 1 0 3 0")
    assert text_of(page, "#verdict") == "All right."
    assert page.evaluate("document.querySelectorAll('#answer .right').length") == 6


def test_a_line_that_never_ran_lies_on_its_own_line(tmp_path: Path) -> None:
    """The code begins at its first line, and every line is as far below the last one as any other."""
    # A count of an own symbol is never 0.
    program = hist_program(("0", "1", "2"), 4)
    head, lookup = program.operations
    assert isinstance(lookup, NumericalLookup)
    boxes = (Rectangle(((0, 0),), 3), *lookup.rectangles)
    program = replace(program, operations=(head, replace(lookup, rectangles=boxes)))
    path = tmp_path / "page.html"
    made = make_report(program, emit(program), simplify_seconds=0, deep=False)
    path.write_text(render_report(made), "utf-8")
    with opened(path) as shown:
        shown.view(1440, 2000)
        shown.wait("window.tprogReport?.ready === true")
        assert shown.evaluate("document.querySelector('#code').scrollTop") == 0
        tops = shown.evaluate(
            "[...document.querySelectorAll('#code .line')].sort((a, b) => a.dataset.line - b.dataset.line)"
            ".map((one) => one.getBoundingClientRect().top)"
        )
        assert {later - top for top, later in itertools.pairwise(tops)} == {20}
        assert shown.evaluate("document.querySelectorAll('#code .line.never').length") > 0


def test_no_column_is_narrower_than_its_words(page: Page) -> None:
    """The heads of the table of rows stand on one line each."""
    page.view(1440, 900)
    page.evaluate("tprogReport.choose(tprogReport.page.parts.length - 1)")
    page.evaluate(
        "document.querySelectorAll('#inspector details').forEach((one) => (one.open = true))"
    )
    heights = page.evaluate(
        "[...document.querySelectorAll('#inspector .rows th')].map((one) => one.getBoundingClientRect().height)"
    )
    assert heights
    assert max(heights) < 30


def text_of(page: Page, selector: str) -> str:
    """Return the text of an element."""
    return str(page.evaluate(f"document.querySelector('{selector}').textContent"))


def clear_input(page: Page) -> None:
    """Empty the input box as a keyboard would."""
    page.click("#input")
    page.evaluate("document.querySelector('#input').select()")
    page.press("Delete", 46)


def marked_code(page: Page) -> str:
    """Return the lines of code that are marked as the chosen part's."""
    found = page.evaluate(
        "[...document.querySelectorAll('#code .line.marked code')].map((one) => one.textContent).join('\\n')"
    )
    return str(found)


def test_a_click_on_a_head_shows_its_code(page: Page) -> None:
    """Clicking a node of the graph marks the head's function; clicking the function lights up the node."""
    number = load("sort").names.index("smaller_tokens")
    page.click(f"#graph [data-variable='{number}']")
    assert "def smaller_tokens(" in marked_code(page)
    assert "smaller_tokens" in page.evaluate("document.querySelector('#inspector').textContent")
    line = (
        page.evaluate(
            "tprogReport.page.source.split('\\n').findIndex((line) => line.startsWith('def total('))"
        )
        + 1
    )
    page.click(f"#code .line[data-line='{line}'] .number")
    total = load("sort").names.index("total")
    assert page.evaluate(
        "[...document.querySelectorAll('#graph .node.chosen')].map((one) => Number(one.dataset.variable))"
    ) == [total]


def test_everything_is_reachable_by_keyboard(page: Page) -> None:
    """Enter on a focused node shows its code; arrow keys and Enter choose a part in the code; every control has a name."""
    number = load("sort").names.index("token_at_total")
    page.evaluate(f"document.querySelector(\"#graph [data-variable='{number}']\").focus()")
    page.press("Enter", 13)
    assert "def token_at_total(" in marked_code(page)
    page.evaluate("document.querySelector('#code').focus()")
    page.press("Home", 36)
    assert page.evaluate("document.querySelector('#code .cursor').dataset.line") == "1"
    page.press("ArrowDown", 40)
    assert page.evaluate("document.querySelector('#code .cursor').dataset.line") == "2"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, [tabindex=\"0\"]')].filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).length"
    )
    assert unnamed == 0


def test_each_head_has_a_heat_map(page: Page) -> None:
    """Every head of the run shows a row for each position, with the attended position told in words."""
    type_input(page, "3 1 2")
    # Pictures are drawn when they come near the window.
    for card in range(page.evaluate("document.querySelectorAll('.part-card').length")):
        page.evaluate(
            f"document.querySelectorAll('.part-card')[{card}].scrollIntoView({{ behavior: 'instant' }})"
        )
        page.wait(f"document.querySelectorAll('.part-body')[{card}].children.length > 0")
    assert page.evaluate("document.querySelectorAll('.heat').length") == 3
    found = page.evaluate(
        "[...document.querySelectorAll('.heat')].map((one) => one.querySelectorAll('.row').length)"
    )
    assert found == [5, 5, 5]
    told = page.evaluate(
        "[...document.querySelectorAll('.heat .row title')].map((one) => one.textContent)"
    )
    assert any("looks at" in one for one in told)
    assert any("adds up" in one for one in told)


def test_what_led_to_an_answer_can_be_shown_alone(page: Page) -> None:
    """A click on a label says which votes made it; the button dims every part that they did not come from."""
    type_input(page, "4")
    page.click("#answer [data-at='1']")
    why = page.evaluate("document.querySelector('#why').textContent")
    assert why.startswith("At position 1, token 4, 4 beats ")
    assert "token_at_total" in why
    page.click("#focus")
    assert page.evaluate("document.body.classList.contains('focused')")
    used = page.evaluate("[...tprogReport.state.used]")
    program = load("sort")
    assert f"{program.names.index('token_at_total')}:1" in used
    assert f"{program.names.index('total')}:1" in used
    page.click("#focus")
    assert not page.evaluate("document.body.classList.contains('focused')")


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    """At 1400 and at 420 pixels the page does not scroll sideways."""
    for width in (1400, 420):
        page.view(width, 900)
        page.wait(f"document.documentElement.clientWidth === {width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.view(1400, 900)


def test_the_theme_can_be_chosen(page: Page) -> None:
    """The page follows the reader's preference until a theme is chosen."""
    colour = "getComputedStyle(document.body).backgroundColor"
    page.view(1400, 900, dark=True)
    dark = page.evaluate(colour)
    page.view(1400, 900, dark=False)
    light = page.evaluate(colour)
    assert dark != light
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate(colour) == dark
    page.click("#theme")
    assert page.evaluate(colour) == light


def plain(run: Any) -> dict[str, Any]:
    """Return a run of the scalar interpreter as the page tells it."""
    return {
        "columns": [[str(entry) for entry in column] for column in run.values],
        "heads": {
            str(number): {
                "matches": [list(found) for found in head.matches],
                "attended": list(head.attended) or None,
            }
            for number, head in run.heads.items()
        },
        "sums": [[str(sum_) for sum_ in row] for row in run.sums],
        "predictions": list(run.predictions),
    }


COMPUTED = """
((program, inputs) => inputs.map((tokens) => {
  const found = tprogReport.run(program, tokens);
  return {
    columns: found.columns.map((column) => column.map(String)),
    heads: Object.fromEntries([...found.heads].map(([number, head]) => [number, head])),
    sums: found.sums.map((row) => row.map(String)),
    predictions: found.predictions,
  };
}))
"""


def agree(page: Page, program: Program, inputs: Sequence[tuple[str, ...]]) -> None:
    """Check that the page computes exactly what the scalar interpreter computes."""
    given_program, given_inputs = json.dumps(program_payload(program)), json.dumps(inputs)
    computed = page.evaluate(f"{COMPUTED}({given_program}, {given_inputs})")
    for tokens, found in zip(inputs, computed, strict=True):
        expected = plain(interpret(program, program.domain.frame(tokens)))
        for column in expected["heads"].values():
            column["attended"] = column["attended"] or None
        assert found == expected, tokens


def some_inputs(program: Program, count: int = INPUTS) -> list[tuple[str, ...]]:
    """Draw inputs of a program, some of them with words that it does not know."""
    domain = program.domain
    up_to = None if domain.max_length is not None else domain.min_length + 6
    drawn = [
        batch.data(row, domain)
        for batch in sample_inputs(domain, count, 0, up_to)
        for row in range(len(batch))
    ]
    if domain.unknown is None:
        return drawn
    chance = random.Random(0)
    words = ("Zürich", "U.S.", "x9", "ÀB", "漢字", "²", "𝔘n", "")
    return [tuple(chance.choice([token, *words]) for token in tokens) for tokens in drawn]


@pytest.mark.parametrize("name", gallery_names())
def test_the_page_computes_every_gallery_program(page: Page, name: str) -> None:
    """Variables, attention, sums and labels are those of the scalar interpreter."""
    program = load(name)
    agree(page, program, some_inputs(program))


@pytest.mark.hypothesis
def test_the_page_computes_random_programs(page: Page) -> None:
    """Every kind of module, predicate, tie-break and input gives what the scalar interpreter gives."""

    @settings(
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(bounded=None))
    def compare(program: Program) -> None:
        agree(page, program, some_inputs(program, 12))

    compare()


def test_words_have_the_shapes_that_python_gives_them(page: Page) -> None:
    """Letters, capitals and digits of all scripts are told apart as Python does, where both know the character."""
    # What this Python does not know yet, the browser may.
    known = [
        chr(point)
        for point in range(1, 0x3000)
        if unicodedata.category(chr(point)) not in ("Cn", "Cs")
    ]
    words = [character + "a" for character in known]
    found = page.evaluate(
        f"{json.dumps(words)}.map((word) => tprogReport.textFeature('shape', 0, word))"
    )
    different = [
        word
        for word, shape in zip(words, found, strict=True)
        if text_feature("shape", 0, word) != shape
    ]
    assert different == []


def test_hostile_tokens_do_nothing(tmp_path: Path) -> None:
    """Tokens that are tags and handlers are shown and run as text."""
    program = replace(hist_program(HOSTILE, 4), provenance=Provenance(HOSTILE[1], facts=HOSTILE))
    path = tmp_path / "hostile.html"
    path.write_text(render_report(make_report(program, emit(program), simplify_seconds=0)), "utf-8")
    with opened(path) as shown:
        shown.wait("window.tprogReport?.ready === true")
        type_input(shown, " ".join([HOSTILE[0], HOSTILE[1], HOSTILE[1]]))
        assert labels(shown) == program.run([HOSTILE[0], HOSTILE[1], HOSTILE[1]])
        assert shown.evaluate("document.querySelectorAll('img, b b').length") == 0
        tokens = shown.evaluate(
            "[...document.querySelectorAll('#answer .token')].map((one) => one.textContent)"
        )
        assert tokens == [HOSTILE[0], HOSTILE[1], HOSTILE[1]]
        assert shown.complaints == []


def test_text_rules_are_among_the_programs() -> None:
    """The random programs do hold rules over text, or the comparison would say nothing about them."""
    found: list[bool] = []

    @settings(phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(programs(bounded=None))
    def look(program: Program) -> None:
        found.append(any(isinstance(variable, TextRule) for variable in program.inputs))

    look()
    assert any(found)


def test_a_file_of_ten_megabytes_scrolls(page: Page) -> None:
    """Of a very long file only what is on the screen is in the document, and any line is reached at once."""
    page.evaluate(
        """(() => {
          const line = '    if token == "a": return {"b": 1, "c": 2}  # a line of a program that is long enough';
          window.box = document.createElement("div");
          box.style.height = "400px";
          document.querySelector("#steps").append(box);
          const text = Array.from({ length: 120000 }, (_, i) => `${line} ${i + 1}`).join("\\n");
          window.size = text.length;
          const before = performance.now();
          window.view = tprogReport.codeView(box, text, { label: "a long file" });
          window.took = performance.now() - before;
          view.show(90000);
        })()"""
    )
    assert page.evaluate("size") > 10_000_000
    assert page.evaluate("box.querySelectorAll('.line').length") < 200
    page.wait("box.querySelector('[data-line=\"90000\"]') !== null")
    assert page.evaluate("took") < 10_000
    page.evaluate("box.remove()")


def test_a_circuit_and_a_suspect_are_shown(tmp_path: Path) -> None:
    """A failing program lists its errors and suspects; a click runs the error, marks the suspect's line, lights the circuit."""
    program = hist_program(("0", "1", "2"), 4)
    votes = program.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    rows = (*votes.weights[:2], votes.weights[1], *votes.weights[3:])
    broken = replace(
        program,
        classifier=replace(program.classifier, votes=(replace(votes, weights=rows),)),
    )
    path = tmp_path / "broken.html"
    path.write_text(render_report(make_report(broken, emit(broken), simplify_seconds=0)), "utf-8")
    with opened(path) as shown:
        shown.wait("window.tprogReport?.ready === true")
        shown.click("[data-example='0']")
        assert shown.evaluate("document.querySelector('#verdict').textContent").endswith("wrong.")
        assert shown.evaluate("document.querySelectorAll('#answer .wrong').length") > 0
        shown.click("[data-suspect='0']")
        assert marked_code(shown).strip().startswith("2:")
        sizes = shown.evaluate("tprogReport.page.circuits.map((parts) => parts.length)")
        smallest = sizes.index(min(sizes))
        shown.click(f"[data-circuit='{smallest}']")
        shown.wait("document.querySelectorAll('#graph .node.idle').length > 0")
        shown.click(f"[data-circuit='{smallest}']")
        assert shown.evaluate("document.querySelectorAll('#graph .node.idle').length") == 0
        assert shown.complaints == []
