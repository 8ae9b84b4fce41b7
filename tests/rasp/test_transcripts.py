"""The published interpreter's transcripts, input and expected output, where its repository lies on this machine."""

import os
import re
from pathlib import Path

import pytest

from tprog.rasp.cost import cost
from tprog.rasp.module import base_scope, read
from tprog.rasp.repl import ANNOUNCED, Repl, repl, statements
from tprog.rasp.syntax import Source
from tprog.rasp.values import RESERVED, Scope

FOLDER = Path(os.environ.get("TPROG_RASP", "/nowhere"))
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="TPROG_RASP names no folder of tech-srl/RASP: transcripts not compared",
)
NAMES = sorted(path.name for path in (FOLDER / "tests" / "in").glob("*.txt")) or ["none"]


def comparable(text: str) -> str:
    """Return a transcript without what differs on purpose: the tokens that a syntax error expects, and closing lines."""
    return re.sub(r"(!! antlr exception: ).* \t-- ignoring", r"\1... \t-- ignoring", text).rstrip(
        "\n"
    )


def transcript(typed: str, written: list[str], session: Repl) -> None:
    """Feed a session with lines as a pipe does, prompts in the output."""
    lines = iter(typed.splitlines())

    def ask(prompt: str) -> str | None:
        written.append(prompt)
        return next(lines, None)

    session.feed(ask)


@pytest.mark.parametrize("name", NAMES)
def test_transcript(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session prints what the published interpreter prints."""
    monkeypatch.chdir(FOLDER)
    written = [ANNOUNCED]
    session = repl(written.append)
    transcript((FOLDER / "tests" / "in" / name).read_text(), written, session)
    expected = (FOLDER / "tests" / "tgt" / name).read_text()
    assert comparable("".join(written)) == comparable(expected)


@pytest.mark.parametrize("name", ["other_errors", "unknown_var"])
def test_broken_library(name: str) -> None:
    """A library with mistakes is reported, statement by statement."""
    written: list[str] = []
    session = repl(written.append)
    session.scope = Scope("console", Source("console", ""), base_scope())
    session.interpreter.settings.sops = session.interpreter.settings.selectors = False
    lines = iter(
        (FOLDER / "tests" / "broken_libs" / "lib" / f"{name}.rasp").read_text().splitlines()
    )
    for source in statements(lambda _: next(lines, None), "lib", written.append):
        session.run(source, session.scope)
    session.scope.fixed = RESERVED | set(session.scope.names)
    session.run(Source("console", "tokens=tokens_str;"), session.scope)
    problems = [one for one in written if re.search("!!|went wrong|not implemented", one)]
    expected = (FOLDER / "tests" / "broken_libs" / "tgt" / f"{name}.txt").read_text()
    assert comparable("".join([ANNOUNCED, *problems, ">> "])) == comparable(expected)


@pytest.mark.parametrize(
    ("file", "name", "layers", "widest"),
    [
        ("paper_examples", "reverse", 2, 1),
        ("paper_examples", "hist_bos", 1, 1),
        ("paper_examples", "hist2_bos", 2, 2),
        ("paper_examples", "sort_bos", 2, 1),
        ("paper_examples", "sort_by_most_freq", 3, 2),
        ("paper_examples", "dyck1_ptf", 2, 1),
        ("paper_examples", "dyck2_ptf", 4, 2),
        ("rover", "res", 16, 10),
    ],
)
def test_published_examples_cost_what_their_authors_count(
    file: str, name: str, layers: int, widest: int
) -> None:
    """Layers and the widest layer of the published examples are the published ones."""
    found = cost(read(FOLDER / f"{file}.rasp").sop(name))
    assert (found.layers, found.widest) == (layers, widest)


def test_long_addition_adds() -> None:
    """The published addition gives the digits of the sum, aligned with the second number."""
    module = read(FOLDER / "long_addition.rasp", example="0472+0958")
    digits = module.apply("longsum", "0472+0958").values[-4:]
    assert "".join(map(str, digits)) == "1430"
