"""Parsing files, whole and broken ones."""

import sys

import pytest

from tprog.analysis.explain.unreadable.tree import chain, parse, walk
from tprog.errors import UnreadableSource


def names(text: str) -> list[str]:
    """Return the names of the functions that are still read."""
    return [one.name for one in parse(text, "a.py").functions]


@pytest.mark.parametrize(
    ("text", "left", "lines"),
    [
        ("def f(x):\n    return (x\n\n\ndef g(y):\n    return y\n", ["f", "g"], (2, 2)),
        (
            "def f(x):\n    return x\n\ndef g(y z):\n    return y\n\ndef h(): pass\n",
            ["f", "h"],
            (4, 5),
        ),
        (
            "def f(x):\n    a = {\n        1: 2,\n        3 4,\n        5: 6,\n    }\n    return a\ndef g(): pass\n",
            ["g"],
            (1, 7),
        ),
        ("<<<<<<< HEAD\ndef f(x):\n    return x\n=======\n", ["f"], (1, 1)),
        (
            "def f(x):\n    return x\n\ndef g(x):\n    if x:\n\ndef h(): pass\n",
            ["f", "g", "h"],
            (5, 5),
        ),
    ],
)
def test_lines_that_are_no_python_are_left_out(
    text: str, left: list[str], lines: tuple[int, int]
) -> None:
    """What stands around a broken statement is read; the lines that were left out are known."""
    found = parse(text, "a.py")
    assert names(text) == left
    assert (found.broken[0].first, found.broken[0].last) == lines


def test_text_without_python_is_refused() -> None:
    """A file of which nothing is left is no source."""
    with pytest.raises(UnreadableSource, match=r"^a\.py:1: "):
        parse("\x00", "a.py")


def test_a_long_chain_is_no_deep_nesting() -> None:
    """A thousand flat branches are read, and the limit of recursion is as before."""
    before = sys.getrecursionlimit()
    text = "def f(x):\n    if x == 0:\n        return 0\n"
    text += "".join(f"    elif x == {i}:\n        return {i}\n" for i in range(1, 1000))
    first = parse(text, "a.py").module.body[0].body[0]
    assert len(chain(first)) == 1000
    assert sys.getrecursionlimit() == before


def test_deep_nesting_is_one_line() -> None:
    """Python's own limit is an error that is said."""
    with pytest.raises(UnreadableSource, match=r"too deeply|no Python"):
        parse("x = " + "-" * 50_000 + "1", "a.py")


def test_text_is_what_the_source_says() -> None:
    """Columns count bytes, so letters before an expression do not shift it."""
    found = parse('é = "ü", a  +\\\n  b\n', "a.py")
    assert [found.text(node) for node in walk(found.module.body[0].value)][1:3] == [
        '"ü"',
        "a +\\ b",
    ]
