"""What functions look like."""

import pytest

from tprog.analysis.explain.unreadable.functions import kind_of, rules_of
from tprog.analysis.explain.unreadable.tree import parse


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("def f(q, k):\n    return q == k\n", "predicate"),
        (
            "def f(q, k):\n    if q in {1}:\n        return k == 2\n    elif q == 3:\n        return k == 1\n",
            "predicate",
        ),
        ("def f(q, k):\n    return not k and q < 3 or (q > k if q else True)\n", "predicate"),
        ("def f(a):\n    if a in {1, 2}:\n        return 'x'\n    return 'y'\n", "look-up"),
        ("def f(a, b):\n    key = (a, b)\n    return {(1, 2): 3}.get(key, 0)\n", "look-up"),
        ("def f(a, b):\n    return min(a + b, 8)\n", "look-up"),
        ("def f(a):\n    return TABLE[a]\n", "look-up"),
        ("def f(a):\n    for b in a:\n        return b == 1\n", "function"),
        ("def f(a):\n    yield a == 1\n", "function"),
        ("def f():\n    return 1 == 2\n", "function"),
        ("def f(a):\n    return a.b\n", "function"),
        ("def f(a):\n    print(a)\n", "function"),
        ("async def f(a):\n    return a == 1\n", "function"),
        ("def f(self):\n    return self == 1\n", "function"),
    ],
)
def test_a_function_is_known_by_what_it_returns(text: str, kind: str) -> None:
    """Comparisons make a predicate, constants under tests a look-up."""
    (function,) = parse(text, "a.py").functions
    assert kind_of(function) == kind


def test_rules_say_what_is_returned_when() -> None:
    """Tests around a return are joined; what comes last is the rest."""
    text = "def f(a, b):\n    if a:\n        if b == 1:\n            return 2\n        return 3\n    return 4\n"
    parsed = parse(text, "a.py")
    (function,) = parsed.functions
    assert rules_of(parsed, function) == ("a and b == 1 → 2", "a → 3", "else 4")
