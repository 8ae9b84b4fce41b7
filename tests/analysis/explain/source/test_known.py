"""What is known before a function starts."""

import pytest

from tprog.analysis.explain.source.known import annotated, constants, is_dynamic, literal_values
from tprog.analysis.explain.source.tree import parse


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
    found = literal_values(function.args.annotations[0], module)
    assert found == (None if values is None else frozenset(values))


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
