"""Branches that cannot be taken."""

from random import Random

import pytest
from branching import Branchy
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.explain.unreadable.branches import find_branches
from tprog.analysis.explain.unreadable.reading import FindingKind
from tprog.analysis.explain.unreadable.tree import parse


def lines(text: str, kind: FindingKind = "never taken") -> list[int]:
    """Return the lines of a kind of findings."""
    return [one.line for one in find_branches(parse(text, "a.py")) if one.kind == kind]


def check(seed: int, typed: bool) -> None:
    """Check the verdicts on a random function against running it."""
    function = Branchy(Random(seed), typed)
    wrong = set(lines(function.text)) & function.taken()
    assert not wrong, (seed, wrong, function.text)


@given(st.integers(min_value=0), st.booleans())
def test_no_branch_that_is_taken_is_called_dead(seed: int, typed: bool) -> None:
    """Whatever the tests, loops, assignments and exceptions: a branch that some value reaches is no finding."""
    check(seed, typed)


@pytest.mark.slow
def test_thousands_of_functions() -> None:
    """The same, on many more functions."""
    for seed in range(2000):
        check(seed, typed=bool(seed % 2))


@given(st.integers(min_value=0))
def test_of_annotated_values_every_dead_branch_is_found(seed: int) -> None:
    """Where annotations list all values, what no value reaches is said, where a branch is dead or all after it are."""
    function = Branchy(Random(seed), typed=True, loops=False)
    taken, found = function.taken(), set(lines(function.text))
    for chain in function.chains:
        for place, number in enumerate(chain):
            if -chain[0] in taken and number not in taken:
                assert found & set(chain[: place + 1]), (number, function.text)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    if x == 1:\n        return 1\n    elif x in {1}:\n        return 2\n", 6),
        (
            "    if t == 'a':\n        return 1\n    elif t == 'b':\n        return 2\n    else:\n        return 3\n",
            9,
        ),
        ("    if t == 'c':\n        return 1\n", 4),
        ("    if DEBUG:\n        return 1\n", 4),
        ("    y = 3\n    if y == 3:\n        return 1\n    else:\n        return 2\n", 8),
        ("    while x and not x:\n        x = 1\n", 4),
    ],
)
def test_what_makes_a_branch_dead(body: str, line: int) -> None:
    """Values tested before, annotations, constants."""
    text = "T = Literal['a', 'b']\nDEBUG = False\ndef f(x, t: T):\n" + body
    found = lines(text)
    assert found == ([line] if "while" not in body else [])


@pytest.mark.parametrize(
    "body",
    [
        "    if x == 1:\n        y = 2\n    if x == 1:\n        return 2\n",
        "    if x == 1:\n        return 1\n    x = g()\n    if x == 1:\n        return 2\n",
        "    for x in g():\n        if x == 1:\n            continue\n        x = 1\n        if x == 1:\n            break\n",
        "    if x == 1:\n        return 1\n    def h():\n        nonlocal x\n        x = 1\n    h()\n    if x == 1:\n        return 2\n",
        "    if t == 'a':\n        return 1\n    elif t == 'b':\n        return 2\n    else:\n        raise ValueError\n",
        "    if x.a == 1:\n        return 1\n    elif x.a == 1 and g():\n        return 2\n",
        "    if x < 3:\n        return 1\n    elif x >= 3:\n        return 2\n    else:\n        return 'not a number'\n",
        "    while True:\n        if x == 1:\n            break\n        x = g()\n    if x == 1:\n        return 1\n",
    ],
)
def test_what_is_not_sure_is_not_said(body: str) -> None:
    """Names that may change, attributes, defensive branches, and numbers that are none."""
    text = "T = Literal['a', 'b']\ndef f(x, t: T):\n" + body
    assert lines(text) == []
