"""Small pure functions, evaluated and never executed."""

import ast
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.published.parsed import Enumeration, Member, PublishedSource, parameters
from tprog.published.sandbox import Budget, Sandbox

EMB = Enumeration("Emb0", {"V00": Member("Emb0", "V00"), "V01": Member("Emb0", "V01")})


def function(text: str, steps: int = 100_000) -> Callable[..., Any]:
    source = PublishedSource(text, "f.py")
    node = source.tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    return Sandbox(source, {"Emb0": EMB}, Budget(steps)).function(node)


def body(*lines: str, names: str = "a, b") -> Callable[..., Any]:
    return function(f"def f({names}):\n" + "".join(f"    {line}\n" for line in lines))


numbers = st.integers(-4, 4)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw expressions over a and b that Python and the sandbox share."""
    if depth == 0:
        return draw(st.sampled_from(["a", "b", "0", "1", "-2", "3"]))
    part = expressions(depth=depth - 1)
    form = draw(
        st.sampled_from(
            [
                "({} + {})",
                "({} - {})",
                "(-{} - {})",
                "({} == {})",
                "({} != {})",
                "({} < {} <= 2)",
                "({} and {})",
                "({} or not {})",
                "({} if {} else 1)",
                "min({}, {})",
                "max([{}, {}])",
                "sum([i for i in range(abs({})) if i != {}])",
                "len([{}, {}])",
                "(({}, {}) in {{(0, 1), (1, 1)}})",
                "({} in {{0, 1, 2}}) + ({} not in (3, 4))",
                "any(x == {} for x in [1, {}])",
                "[{}, {}][1]",
                "len([0, 1, 2, 3][:abs({})]) + abs({})",
                "min([3, 1, 2], key=lambda x: abs(x - {})) + {}",
            ]
        )
    )
    return form.format(draw(part), draw(part))


@given(expression=expressions(), a=numbers, b=numbers)
def test_expressions_mean_what_they_mean_in_python(expression: str, a: int, b: int) -> None:
    """Every expression that the sandbox accepts has Python's value."""
    expected = eval(expression, {"a": a, "b": b})
    assert body(f"return {expression}")(a, b) == expected


def test_statements_mean_what_they_mean_in_python() -> None:
    """Loops, branches, assignments to names, pairs and entries, and falling through follow Python."""
    found = body(
        '"""A docstring."""',
        "rows = [[0 for x in a] for y in b]",
        "for i, y in enumerate(b):",
        "    for j, x in enumerate(a):",
        "        if x == y:",
        "            rows[i][j] = 1",
        "        elif x < y:",
        "            rows[i][j] = x",
        "        else:",
        "            pass",
        "    if i == 2:",
        "        return rows[-1:]",
        "return rows",
    )
    assert found([1, 2], [2, 1]) == [[1, 1], [1, 0]]
    assert found([1, 2], [2, 1, 5]) == [[1, 2]]
    assert body("if a == 1:", "    return b")(2, 3) is None
    assert body("return")(1, 2) is None


def test_enumerations_and_text_are_values() -> None:
    """Members are compared as such, and empty braces hold nothing."""
    found = body("if a in {Emb0.V00}:", "    return b == 'x'", "return a in {}")
    assert found(Member("Emb0", "V00"), "x") is True
    assert found(Member("Emb0", "V01"), "x") is False


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "return open('x')",
        "return a.b",
        "return a.append(1)",
        "return __import__('os')",
        "return eval('1')",
        "while True: pass",
        "a += 1",
        "del a",
        "global a",
        "return f'{a}'",
        "return a * b",
        "return a ** b",
        "return [x for x in a for y in b]",
        "return {x: 1 for x in a}",
        "return {**a}",
        "return {1: 2}",
        "return (yield)",
        "return min(a, default=b)",
        "return sum(a, b)",
        "return len(*a)",
        "return lambda *x: x",
        "return b''",
        "return 1j",
        "return ...",
        "return 10 ** 10",
        "return 99999999999",
        "return Emb0.V99",
        "return Emb1.V00",
        "return Emb0.__class__",
        "return a[::2]",
        "try: pass\n    except: pass",
        "with a: pass",
        "raise a",
        "class C: pass",
        "def g(): pass",
        "for x in a: pass\n    else: pass",
        "(a := 1)",
        "return print(a)",
        "return type(a)",
        "return str(a)",
        "return a is b is undefined",
    ],
)
def test_the_rest_of_python_is_refused(line: str) -> None:
    """Anything that could reach beyond the arguments, or grow without bound, ends in one line."""
    with pytest.raises(UnreadableSource, match=r"^f\.py:\d+: "):
        body(line)([1], [2])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("return a < b", "not supported"),
        ("return a - b", "whole numbers"),
        ("return min([])", "fails when it is run"),
        ("return [0][5]", "out of range"),
        ("x, y = a\n    return x", "there are not 2 values"),
        ("return c", "no parameter or variable"),
        ("return len(range(10, 20000))", "too long"),
        ("a[0] = 1", "only a list's entries"),
        ("return (a, (a, b))", "flat"),
        ("return [a] == [a]", "lists are not compared"),
        ("return min([[a], [b]])", "lists are not compared"),
        ("return {[a]}", "unhashable"),
        ("return a()", "no function"),
    ],
)
def test_errors_of_python_are_said_with_their_line(line: str, reason: str) -> None:
    """Where Python would raise an error at these arguments, the error points at the expression."""
    with pytest.raises(UnreadableSource, match=rf"^f\.py:2: .*{reason}"):
        body(line)("x", 1)


def test_numbers_cannot_outgrow_the_machine() -> None:
    """Adding a number to itself again and again stops at a bound."""
    found = body("for i in range(200):", "    a = a + a", "return a")
    assert body("for i in range(3):", "    a = a + a", "return a")(1, 0) == 8
    with pytest.raises(UnreadableSource, match="too large"):
        found(1, 0)


def test_every_function_ends_soon() -> None:
    """Nested loops and comprehensions run out of steps within a second."""
    loops = "".join(f"    {' ' * depth}for i{depth} in range(999):\n" for depth in range(6))
    heavy = function(f"def f(a):\n{loops}{' ' * 10}pass\n")
    start = time.monotonic()
    with pytest.raises(UnreadableSource, match="too many steps"):
        heavy(1)
    assert time.monotonic() - start < 5


def test_arguments_are_counted() -> None:
    """A call with another number of arguments is refused, as Python does."""
    with pytest.raises(UnreadableSource, match="takes 2 arguments and is given 1"):
        body("return a")(1)


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, /): pass",
        "def f(a=1): pass",
        "def f(*a): pass",
        "def f(**a): pass",
        "def f(*, a): pass",
        "@g\ndef f(a): pass",
    ],
)
def test_parameters_are_plain(text: str) -> None:
    """Defaults, stars, decorators and repeated names are refused."""
    source = PublishedSource(text, "f.py")
    node = source.tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    with pytest.raises(UnreadableSource, match="parameter"):
        parameters(source, node)


def test_a_long_chain_of_branches_is_no_deep_one() -> None:
    """Two hundred branches in a row are read and evaluated without recursion."""
    chain = "".join(
        f"    {'el' if n else ''}if a == {n}:\n        return {n}\n" for n in range(200)
    )
    found = function(f"def f(a):\n{chain}")
    assert [found(n) for n in (0, 150, 199, 200)] == [0, 150, 199, None]


@pytest.mark.parametrize(
    "line",
    [
        "return a in {{0, 1}}",
        "return len(zip(a, b))",
        "pairs = zip(a, b)",
        "return [x for x in (y for y in a)]",
        "return bool",
        "return any",
        "return a is b",
        "return a == (x for x in b)",
        "return [x for x in {1, 2}]",
        "return list({'a', 'b'})",
        "return min({3, 4}, key=lambda x: 0)",
        "return (lambda: 1)",
        "f = [lambda: x for x in a]",
        "return min([[1], [2]], key=lambda x: x)",
        "len = 3\n    return len(a)",
        "x = abs(1)\n    abs = 3\n    return x",
    ],
)
def test_what_python_would_do_otherwise_is_refused(line: str) -> None:
    """What can be read once, has no order, is unhashable or hides a built-in function has no value here."""
    with pytest.raises(UnreadableSource, match=r"^f\.py:\d+: "):
        body(line)([1, 2], [3, 4])


def test_names_around_a_function_hide_built_in_ones() -> None:
    """A function of the file that is called like a built-in one is none of these."""
    source = PublishedSource("def abs(x): return 1\ndef f(a): return abs(a)\n", "f.py")
    node = source.tree.body[1]
    assert isinstance(node, ast.FunctionDef)
    with pytest.raises(UnreadableSource, match="abs is no function that can be called here"):
        Sandbox(source, {}, Budget(100)).function(node)(3)


def test_constants_of_the_top_level_can_be_named() -> None:
    """A value that never changes is what it says, unless the function gives its name another meaning."""
    source = PublishedSource(
        "W = {1, 2}\ndef f(a): return a in W\ndef g(a, W): return a in W\n", "f.py"
    )
    assign, first, second = source.tree.body
    assert isinstance(assign, ast.Assign)
    assert isinstance(first, ast.FunctionDef)
    assert isinstance(second, ast.FunctionDef)
    sandbox = Sandbox(source, {}, Budget(100), {"W": assign.value})
    assert sandbox.function(first)(1)
    assert not sandbox.function(second)(1, (3, 4))
