"""Heads of text programs that ask for the same place share a function."""

from dataclasses import replace

from emitted import load
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.file_parts import file_parts
from tprog.codegen import emit
from tprog.codegen.titles import function_titles
from tprog.evaluate import predict
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Positions,
    Program,
    TextRule,
)
from tprog.reader import read_source

SOURCES = ("shape", "ending")


def looking(looks: list[tuple[int, int]], names: list[str]) -> Program:
    """Return a program of heads that copy a source from so far away."""
    rules = [
        TextRule("lower", FiniteValues(("a", "other")), 1, name="shape"),
        TextRule("suffix", FiniteValues(("b", "other")), 1, 1, name="ending"),
    ]
    heads = [
        CategoricalHead(0, 0, 1 + source, Compare("==", 1, distance), name=name)
        for (source, distance), name in zip(looks, names, strict=True)
    ]
    votes = [CategoricalVotes(3 + number, ((1, 0), (0, 2))) for number in range(len(heads))]
    domain = Domain(("<unk>",), None, prefix="<s>", unknown="<unk>")
    classifier = Classifier(("x", "y"), tuple(votes))
    return Program(domain, (Positions(), *rules), tuple(heads), classifier)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(-2, 2)), min_size=1, max_size=6, unique=True)
)
def test_shared_functions_read_back(looks: list[tuple[int, int]]) -> None:
    """Whatever is shared, the file is the same Program with the same names, and each head's function answers for it."""
    names = [f"{SOURCES[source]}_{'ab'[far < 0]}_{abs(far)}" for source, far in looks]
    program = looking(looks, names)
    text = emit(program)
    again = read_source(text)
    assert again == program
    assert again.names == program.names
    assert text.count("(position: ") == len({far for _, far in looks})
    words = ["a", "b", "Rome", "A"]
    assert load(text)(words) == predict(program, [words])[0]
    emitted = EmittedProgram(program)
    for name, (_, far) in zip(names, looks, strict=True):
        assert emitted.call(name, 3, 3 + far)
        assert not emitted.call(name, 3, 4 + far)


def test_what_has_notes_or_no_common_end_keeps_its_function() -> None:
    """A name that would be none, a name that is taken, and a note: then each head has its own function."""
    looks = [(0, 1), (1, 1)]
    assert function_titles(looking(looks, ["shape_later", "ending_later"])) == ("later",) * 2
    for names in (["one", "other"], ["a_1", "b_1"], ["x_shape", "y_shape"], ["p_max", "q_max"]):
        assert function_titles(looking(looks, names)) == tuple(names)
    program = looking(looks, ["shape_later", "ending_later"])
    noted = replace(program.operations[0], notes=("A note.",))
    program = replace(program, operations=(noted, program.operations[1]))
    assert function_titles(program) == ("shape_later", "ending_later")


def test_a_shared_function_is_found_by_every_name() -> None:
    """Reports and traces find it for each head."""
    import ast

    text = emit(looking([(0, 1), (1, 1)], ["shape_later", "ending_later"]))
    functions = file_parts(ast.parse(text).body).functions
    assert functions["shape_later"] is functions["ending_later"] is functions["later"]
