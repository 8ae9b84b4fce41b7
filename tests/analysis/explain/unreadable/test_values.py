"""Which values a test leaves to a name."""

import itertools

import pytest

from tprog.analysis.explain.unreadable.tree import parse
from tprog.analysis.explain.unreadable.values import (
    ANY,
    Known,
    Unknown,
    Value,
    Values,
    annotated,
    constants,
    evaluate,
    is_dynamic,
    join,
    split,
)

POOL: tuple[Value, ...] = (0, 1, 2, 5, True, None, "a", "b", 1.0, (0, "a"))


def expression(text: str) -> object:
    """Return the tree of an expression."""
    return parse(text, "a.py").module.body[0].value


def allows(known: Known | None, **given: Value) -> bool:
    """Tell whether names may have given values."""
    if known is None:
        return False
    for name, value in given.items():
        values = known[name]
        if (value in values.listed) == values.excluded:
            return False
    return True


@pytest.mark.parametrize("start", [ANY, Values(frozenset({0, 1, "a"}), False)])
@pytest.mark.parametrize(
    "test",
    [
        *("x == 1", "x != 'a'", "x in {0, 1}", "x not in (None, 'b')", "x is None", "not x == 2"),
        *("x == 1 or x == y", "x == 1 and y == 1", "1 == x", "x in [1, 2] and x != 1", "x"),
        *("x < 2", "(x, y) in {(0, 1)}", "x in {1: 2}", "0 <= x < 2", "True", "y == x != 1"),
    ],
)
def test_a_value_that_passes_a_test_is_never_left_out(test: str, start: Values) -> None:
    """Where Python finds that a test holds or fails, that side knows these values as possible."""
    known = {"x": start, "y": ANY}
    holds, fails = split(expression(test), known)
    for x, y in itertools.product(POOL, POOL):
        if not allows(known, x=x, y=y):
            continue
        try:
            side = holds if eval(test, {"x": x, "y": y}) else fails
        except TypeError:
            continue
        assert allows(side, x=x, y=y), (x, y)


def test_what_is_tested_is_known_afterwards() -> None:
    """A value that was tested cannot come again; a set of values is used up."""
    _, known = split(expression("x in {1, 2}"), {"x": ANY})
    assert known is not None
    assert split(expression("x == 2"), known)[0] is None


def test_two_ways_join() -> None:
    """After a branch and its other side, what holds on both is known."""
    one, other = split(expression("x == 1"), {"x": ANY})
    assert join(one, other) == {"x": Values(frozenset(), lines=frozenset({1}))}
    assert join(None, other) == other


@pytest.mark.parametrize("text", ["f(1)", "2 ** 9", "9 ** 9 ** 9", "'a' * 3", "x", "[1]", "1 // 0"])
def test_what_is_not_small_and_plain_is_unknown(text: str) -> None:
    """Calls, powers, lists and errors have no value."""
    with pytest.raises(Unknown):
        evaluate(expression(text), {})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A = 1\nB = 'x'\n", {"A", "B"}),
        ("A = 1\nA = 2\n", set()),
        ("A = 1\ndef f():\n    global A\n    A = 2\n", set()),
        ("A = 1\nfrom x import *\n", set()),
        ("A = 1\nexec('A = 2')\n", set()),
        ("A = {1, 2}\ndef f(x): return x in A\n", {"A"}),
        ("A = {1, 2}\nA.add(3)\n", set()),
        ("A, B = 1, 2\nfor C in (1, 2): pass\n", set()),
        ("TYPE_CHECKING = False\n", set()),
    ],
)
def test_only_names_that_stay_are_constants(text: str, names: set[str]) -> None:
    """A name that anything may bind again, or change, is none."""
    assert set(constants(parse(text, "a.py"))) == names


@pytest.mark.parametrize(
    ("annotation", "values"),
    [
        ("Literal[1, 'a']", {1, "a"}),
        ("typing.Literal[-1, None]", {-1, None}),
        ("Token", {"x", "y"}),
        ("Token | None", {"x", "y", None}),
        ("Optional[Token]", {"x", "y", None}),
        ("Literal[Token, 3]", {"x", "y", 3}),
        ("int", None),
        ("Later", None),
        ("Loop", None),
    ],
)
def test_annotations_list_values(annotation: str, values: set[object] | None) -> None:
    """Literals, names of literals and unions are lists of values; nothing else is."""
    text = f"Token = Literal['x', 'y']\nLater = None\nLoop = Loop | None\ndef f(x: {annotation}): pass\n"
    parsed = parse(text, "a.py")
    module, (function,) = parsed.module, parsed.functions
    found = {name: set(one.listed) for name, one in annotated(function, module).items()}
    assert found == ({} if values is None else {"x": values})


def test_a_default_is_a_value_too() -> None:
    """What a parameter is without an argument counts, and an unknown default is anything."""
    text = "def f(x: Literal[1] = 2, y: Literal[1] = g()): pass\n"
    parsed = parse(text, "a.py")
    module, (function,) = parsed.module, parsed.functions
    assert {name: set(one.listed) for name, one in annotated(function, module).items()} == {
        "x": {1, 2}
    }


def test_vars_of_something_is_not_the_scope() -> None:
    """`vars(x)` binds nothing."""
    assert not is_dynamic(parse("y = vars(x)\n", "a.py"))
    assert is_dynamic(parse("y = vars()\n", "a.py"))
