"""The lines of `run` say what is computed from what."""

import pytest
from emitted import source_and_function
from example_programs import reverse_program

from tprog.codegen import emit
from tprog.errors import UnreadableSource
from tprog.ir import Ones, Positions, Tokens
from tprog.reader.run import RunLine, basic_variable, check_run, read_lines
from tprog.reader.source import Source

HEADER = "def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:\n"


def lines(body: str) -> list[RunLine]:
    """Read the lines of a `run`."""
    return read_lines(
        *source_and_function(HEADER + "".join(f"    {line}\n" for line in body.splitlines()))
    )


def test_each_kind_of_line() -> None:
    """Heads, look-ups, rules, tables and inputs are told apart; other lines are passed over."""
    found = lines(
        "words = list(tokens)\nx.a = words\n# Why.\nx.b = [A[word] for word in words]\n"
        "x.c = list(map(c, words))\nx.d = attend(d, x.a, key=x.b, value=x.c)  # Beside.\n"
        "x.e = attend_best_past(e, E, x.a, x.b, x.c)\nx.f = list(map(f, x.d, x.d))\nreturn x"
    )
    assert [(line.name, line.kind) for line in found] == [
        ("a", "basic"),
        ("b", "words"),
        ("c", "rule"),
        ("d", "head"),
        ("e", "head"),
        ("f", "lookup"),
    ]
    assert found[1].comments == ("# Why.",)
    assert (found[3].head, found[3].function, found[3].reads) == ("d", "attend", ("a", "b", "c"))
    assert found[3].comments == ("# Beside.",)
    assert found[4].scores == "E"
    assert found[5].reads == ("d", "d")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x.a = select(a, x.b, x.c, x.d)", "no way to attend"),
        ("x.a = attend(a, x.b, x.c)", "a query, a key and a value"),
        ("x.a = attend(a, x.b, value=x.c, query=x.d)", "in this order"),
        ("x.a = attend(a, x.b, x.c, values=x.d)", "in this order"),
        ("x.a = attend(a, x.b, x.c, y.d)", "reads variables"),
        ("x.a = list(map(a, b))", "reads variables"),
    ],
)
def test_other_lines_are_refused(line: str, message: str) -> None:
    """A line that computes nothing known is an error."""
    with pytest.raises(UnreadableSource, match=message):
        lines(line)


@pytest.mark.parametrize(
    "header",
    [
        "def run(tokens):\n",
        HEADER.replace("list[Label]", "int"),
        "@f\n" + HEADER,
        HEADER.replace("= None", "= print"),
    ],
)
def test_the_header_is_fixed(header: str) -> None:
    """`run` takes tokens and an observer."""
    source, run = source_and_function(header + "    return 1\n")
    with pytest.raises(UnreadableSource, match="restore its first line"):
        check_run(source, run, reverse_program(), stored=False)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("words = list(tokens)", "words = list(tokens)[1:]", "must go on with `words = list"),
        ("    x = SimpleNamespace()\n", "", "must go on with `x = Simple"),
        ("    for name", "    print(x)\n    for name", "must go on with `for name"),
        ("    x.ones =", "    rows = 3\n    x.ones =", "does not belong"),
        ("return [get", "return 1 or [get", "must go on with `return"),
    ],
)
def test_the_other_lines_are_fixed(old: str, new: str, message: str) -> None:
    """A changed, missing or added line is told apart from what belongs there."""
    program = reverse_program()
    text = emit(program).replace(old, new)
    source = Source(text, "f.py")
    (run,) = (node for node in source.tree.body if getattr(node, "name", "") == "run")
    with pytest.raises(UnreadableSource, match=message):
        check_run(source, run, program, stored=False)  # type: ignore[arg-type]  # a function


def test_a_run_that_stops_early_is_refused() -> None:
    """The last lines of `run` must be there."""
    source, run = source_and_function(HEADER + "    words = list(tokens)\n")
    with pytest.raises(UnreadableSource, match="run must go on with"):
        check_run(source, run, reverse_program(), stored=False)


def test_basic_inputs_are_known_by_their_expression() -> None:
    """Tokens, positions and ones each have one expression."""
    program = reverse_program()
    kinds = {
        line.name: basic_variable(line.statement.value, program)
        for line in lines(
            "x.a = words\nx.b = list(range(len(words)))\nx.c = [1] * len(words)\nx.d = [2]"
        )
    }
    assert kinds == {"a": Tokens(), "b": Positions(), "c": Ones(), "d": None}
