"""`tprog rasp`: files, expressions, the dialogue, and what is refused."""

import json
from pathlib import Path

import pytest
from terminal import tprog

from tprog.rasp.module import graph_of

SORTED = "sort(tokens, tokens)"


def test_an_expression_is_applied() -> None:
    """The value on an input is printed in the language's words."""
    assert tprog("rasp", "--expr", SORTED, "hello").out == "[e, h, l, l, o] (strings)\n"
    found = json.loads(tprog("rasp", "--expr", "indices / 2", "[5, 6]", "--json").out)
    assert found["values"] == [0.0, 0.5]


def test_a_file_is_run(tmp_path: Path) -> None:
    """Without an input a file's applications are shown, or its definitions; with one the last s-op, or a named one."""
    file = tmp_path / "a.rasp"
    file.write_text("a = indices + 1;\nb = a * 2;\n")
    assert tprog("rasp", str(file)).out == "     s-op: a\n     s-op: b\n"
    assert tprog("rasp", str(file), "xyz").out == "[2, 4, 6] (ints)\n"
    assert tprog("rasp", str(file), "xyz", "--name", "a").out == "[1, 2, 3] (ints)\n"
    file.write_text('a = indices;\na("xy");')
    assert tprog("rasp", str(file)).out == "\t =  [0, 1] (ints)\n"


def test_costs_are_counted() -> None:
    """Layers and heads are those that the language's authors count."""
    assert "2 layers, at most 2 heads; per layer: 2, 1" in tprog("rasp", "-e", SORTED, "--cost").out


def test_plain_rasp_is_printed() -> None:
    """What the dialect adds is written in plain RASP, or refused with the reason."""
    text = tprog("rasp", "-e", "a = {['x', 0]: 1, ['y', 1]: 2}[[tokens, indices]];", "--pure").out
    assert text == 'a = 1 if tokens == "x" and indices == 0 else 2;\n'
    refused = tprog("rasp", "-e", "closest(select(tokens, tokens, ==))", "--pure")
    assert refused.code == 1
    assert "closest has no plain form" in refused.err


def test_an_error_shows_the_line_and_a_caret(tmp_path: Path) -> None:
    """The message is followed by the line and a caret, and the exit code is 1."""
    file = tmp_path / "a.rasp"
    file.write_text("a = 1;\nb = a + c;\n")
    finished = tprog("rasp", str(file))
    assert finished.code == 1
    assert finished.err.endswith(
        "a.rasp:2:9: Error: Undefined variable: c\nb = a + c;\n        ^\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("rasp", "--cost"),
        ("rasp", "-e", SORTED, "--json"),
        ("rasp", "-e", SORTED, "[{}]"),
        ("rasp", "-e", SORTED, "[]"),
        ("rasp", "-e", SORTED, "abc", "--draw", "picture"),
        ("rasp", "-e", SORTED, "one", "two"),
    ],
)
def test_bad_usage_is_told(words: tuple[str, ...]) -> None:
    """Options that make no sense together end with exit code 2."""
    assert tprog(*words).code == 2


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    """A picture has a box per layer, and the chosen cells of each head's grid."""
    file = tmp_path / "sort.dot"
    text = f"a = {SORTED};"
    assert tprog("rasp", "-e", text, "ba", "--draw", str(file)).out == "[a, b] (strings)\n"
    drawn = file.read_text()
    assert [f"layer {number}" in drawn for number in (1, 2, 3)] == [True, True, False]
    # Or, And and the grid of a permutation: 3 cells, none, 2 cells.
    assert drawn.count("#0072B2") == 5
    assert graph_of(SORTED) == graph_of(text)
