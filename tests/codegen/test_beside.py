"""Heads of text programs that look so many positions away have no function of their own."""

from dataclasses import replace

import pytest
from emitted import load
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.codegen import emit
from tprog.codegen.fixed import BESIDE, distance_beside
from tprog.errors import UnreadableSource
from tprog.evaluate import predict
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    First,
    Positions,
    Program,
    TextRule,
    Tokens,
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
def test_lines_read_back(looks: list[tuple[int, int]]) -> None:
    """The file is the same Program with the same names and layers, and each head answers for itself."""
    names = [f"{SOURCES[source]}_{'ab'[far < 0]}_{abs(far)}" for source, far in looks]
    program = looking(looks, names)
    text = emit(program)
    again = read_source(text)
    assert again == program
    assert again.names == program.names
    assert again.layers == program.layers
    assert text.count(f"{BESIDE}(x.") == sum(far != 0 for _, far in looks)
    assert text.count("(position: ") == any(far == 0 for _, far in looks)
    words = ["a", "b", "Rome", "A"]
    assert load(text)(words) == predict(program, [words])[0]
    emitted = EmittedProgram(program)
    for name, (_, far) in zip(names, looks, strict=True):
        assert emitted.call(name, 3, 3 + far)
        assert not emitted.call(name, 3, 4 + far)


def test_only_plain_heads_go_without_a_function() -> None:
    """A note, a mask, another tie-break, another query or a program without rules: then a head has its function."""
    program = looking([(0, 1)], ["later"])
    assert distance_beside(program, 0) == 1
    head = program.operations[0]
    assert isinstance(head, CategoricalHead)
    noted, first = replace(head, notes=("A note.",)), replace(head, tie=First())
    for other in (noted, first, replace(head, causal=True), replace(head, layer=1)):
        changed = replace(program, operations=(other,))
        assert distance_beside(changed, 0) is None
        assert read_source(emit(changed)) == changed
    bare = replace(
        program, inputs=(Positions(), *[Tokens()] * 2), classifier=Classifier(("x",), ())
    )
    assert distance_beside(bare, 0) is None


def test_both_forms_stand_in_one_file() -> None:
    """A function that somebody writes for such a head is read, and a line that looks nowhere is refused."""
    program = looking([(0, 1), (1, 0)], ["later", "here"])
    text = emit(program)
    assert read_source(text.replace("key == position", "key == position - 2")).operations[
        1
    ] == CategoricalHead(0, 0, 2, Compare("==", 1, -2))
    for wrong in ("x.shape, True", "x.shape, +1", "x.shape, 1.5", "x.shape", "x.none, 1"):
        with pytest.raises(UnreadableSource):
            read_source(text.replace("x.shape, 1", wrong))
