"""Functions become rules, the first that holds decides."""

import ast

import pytest
from emitted import source_and_function
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.reader.rules import ends, parameters, rules


def decide(text: str, a: bool, b: bool, c: bool) -> object:
    """Return the result of the first rule whose tests come out as stated."""
    source, function = source_and_function(text)
    values = {"a": a, "b": b, "c": c}
    for rule in rules(source, function, function.body):
        if all(
            bool(eval(ast.unparse(test), dict(values))) == wanted for test, wanted in rule.tests
        ):
            return eval(ast.unparse(rule.result), dict(values))
    return None


@st.composite
def bodies(draw: st.DrawFn, indent: str = "    ", depth: int = 0) -> str:
    """Draw a body of ifs and returns that may or may not end with a return."""
    lines = []
    for _ in range(draw(st.integers(0 if depth else 1, 2))):
        if depth < 3 and draw(st.booleans()):
            inner = bodies(indent + "    ", depth + 1)
            lines.append(f"{indent}if {draw(st.sampled_from(['a', 'b', 'not c', 'a and b']))}:\n")
            lines.append(draw(inner))
            for _ in range(draw(st.integers(0, 2))):
                lines.append(f"{indent}elif {draw(st.sampled_from(['a', 'b', 'c']))}:\n")
                lines.append(draw(inner))
            if draw(st.booleans()):
                lines.append(f"{indent}else:\n")
                lines.append(draw(inner))
        else:
            choice = st.sampled_from(["1", "2", "3 if a else 4", "(5 if b else 6) if c else 7"])
            lines.append(f"{indent}return {draw(choice)}\n")
    return "".join(lines) or f"{indent}pass\n"


def has_dead_code(tree: ast.AST) -> bool:
    """Tell whether a statement follows one after which nothing runs."""
    blocks = [
        block
        for node in ast.walk(tree)
        for name in ("body", "orelse")
        if isinstance(block := getattr(node, name, None), list)
    ]
    return any(ends([statement]) for block in blocks for statement in block[:-1])


def has_idle_tests(tree: ast.AST) -> bool:
    """Tell whether a condition stands over no return."""
    return any(
        isinstance(node, ast.If)
        and not any(isinstance(part, ast.Return) for part in ast.walk(node))
        for node in ast.walk(tree)
    )


@given(bodies(), st.booleans(), st.booleans(), st.booleans())
def test_rules_return_what_the_function_returns(body: str, a: bool, b: bool, c: bool) -> None:
    """Any nesting of if, elif, else and return is followed as Python follows it; what is never reached is refused."""
    text = f"def f(a, b, c):\n{body}    return 9\n"
    namespace: dict[str, object] = {}
    exec(text, namespace)
    if has_dead_code(ast.parse(text)) or has_idle_tests(ast.parse(text)):
        with pytest.raises(UnreadableSource, match=r"never reached|decides nothing"):
            decide(text, a, b, c)
        return
    function = namespace["f"]
    assert callable(function)
    assert decide(text, a, b, c) == function(a, b, c)


@given(bodies())
def test_a_body_ends_where_every_path_returns(body: str) -> None:
    """A body that is said to end returns a result for every input."""
    namespace: dict[str, object] = {}
    exec(f"def f(a, b, c):\n{body}", namespace)
    function = namespace["f"]
    assert callable(function)
    truths = (False, True)
    found = [function(a, b, c) for a in truths for b in truths for c in truths]
    if ends(ast.parse(f"def f(a, b, c):\n{body}").body[0].body):  # type: ignore[attr-defined]  # a function
        assert None not in found


def test_a_plain_chain_needs_no_negation() -> None:
    """After a branch that returns, later rules do not mention its test."""
    source, function = source_and_function(
        "def f(a):\n    '''Doc.'''\n    if a == 1:\n        return 1\n    elif a == 2:\n        return 2\n"
        "    else:\n        return 3\n"
    )
    assert [len(rule.tests) for rule in rules(source, function, function.body)] == [1, 1, 0]


def test_a_long_chain_of_elifs_is_read() -> None:
    """Hundreds of branches are no nesting."""
    chain = "".join(f"    elif a == {n}:\n        return {n}\n" for n in range(200))
    text = f"def f(a):\n    if a == -1:\n        return 0\n{chain}    return -2\n"
    source, function = source_and_function(text)
    assert len(rules(source, function, function.body)) == 202


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return", "bare return"),
        ("pass", "without a result"),
        ("if a:\n        return 1", "without a result"),
        ("for b in a:\n        return 1\n    return 2", "only if"),
        ("return 1\n    return 2", "never reached"),
        ("return 1\n    yield 1", "computes values alone"),
        ("if (a := 3):\n        pass\n    return a", "computes values alone"),
        ("b = (yield)\n    return b", "computes values alone"),
        ("return [c for c in (1,)][0] == a", "computes values alone"),
        ("if a[9]:\n        pass\n    return a", "decides nothing"),
        (
            "if a:\n        return 1\n    elif '0' >= 2:\n        pass\n    return a",
            "decides nothing",
        ),
        ("if a:\n        return 1\n    else:\n        return 2\n    a = 3", "never reached"),
        ("if a:\n        b = 1\n    return 2", "only if"),
        ("b = 1\n    return a", "nothing uses b"),
        ("a = 1\n    return a", "a is a parameter"),
        ("min = 1\n    return min", "min has a meaning already"),
        ("b = 1\n    b = 2\n    return b", "b has a meaning already"),
        ("b = c = 1\n    return b", "name one expression"),
        ("b, c = 1, 2\n    return b", "name one expression"),
        ("return a == c", "c is no parameter of this function; use one of a"),
        ("b += 1\n    return b", "only if"),
        ("b = {1: 2}[a]\n    return b", "with .get"),
        ("import os\n    return 1", "only if"),
    ],
)
def test_other_statements_are_refused(body: str, message: str) -> None:
    """What is no rule gives an error at its line."""
    source, function = source_and_function(f"def f(a):\n    {body}\n")
    with pytest.raises(UnreadableSource, match=message):
        rules(source, function, function.body)


def test_names_stand_for_expressions() -> None:
    """A function may begin with names for expressions, also in terms of each other."""
    text = (
        "def f(a, b, c):\n    both = a and b\n    odd = both or not c\n    return 1 if odd else 2\n"
    )
    assert decide(text, True, True, True) == 1
    assert decide(text, True, False, True) == 2


def test_names_cannot_grow_without_bound() -> None:
    """A name for a pair of the name before it, forty times, is refused."""
    names = "".join(f"    x{n + 1} = (x{n}, x{n})\n" for n in range(40))
    text = f"def f(a):\n    x0 = (a, a)\n{names}    return x40 == a\n"
    source, function = source_and_function(text)
    with pytest.raises(UnreadableSource, match="stands for too much"):
        rules(source, function, function.body)


@pytest.mark.parametrize("header", ["*a", "**a", "a=1", "a, /", "*, a", ""])
def test_parameters_are_plain(header: str) -> None:
    """Defaults, stars and decorators are no parameters of a rule."""
    source, function = source_and_function(f"def f({header}):\n    return 1\n")
    with pytest.raises(UnreadableSource, match="parameter"):
        parameters(source, function)


def test_parameters_are_counted() -> None:
    """A head has two parameters, a look-up as many as it reads."""
    source, function = source_and_function("def f(a: int, b):\n    return 1\n")
    assert parameters(source, function) == parameters(source, function, 2) == ["a", "b"]
    with pytest.raises(UnreadableSource, match="must take 3 parameters, not 2"):
        parameters(source, function, 3)
    for names in ("a, a", ", ".join(f"a{n}" for n in range(33))):
        source, function = source_and_function(f"def f({names}):\n    return 1\n")
        with pytest.raises(UnreadableSource, match="at most 32 parameters, each name once"):
            parameters(source, function)


def test_a_parameter_is_no_function() -> None:
    """A parameter that hides min cannot be called as if it did not."""
    source, function = source_and_function("def f(min, b):\n    return min(b, 3)\n")
    with pytest.raises(UnreadableSource, match=r":2: min is a parameter here"):
        parameters(source, function)
