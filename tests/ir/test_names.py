"""Names are distinct identifiers; layers follow from what is read."""

import keyword

import pytest
from hypothesis import given
from strategies import programs

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)
from tprog.ir.names import RESERVED

TWO = FiniteValues((0, 1))
SHAPE = FiniteValues(("x",))


def program(*operations: Operation) -> Program:
    """Return a Program over tokens, positions and ones."""
    domain = Domain(("a",), 2)
    return Program(domain, (Tokens(), Positions(), Ones()), operations, Classifier(("x",), ()))


def head(name: str = "", layer: int | None = None, read: int = 0) -> CategoricalHead:
    """Return a head that reads one variable."""
    return CategoricalHead(0, 0, read, Constant(True), name=name, layer=layer)


@given(program=programs(bounded=None))
def test_names_are_distinct_identifiers(program: Program) -> None:
    """Every variable has its own name, a lower-case identifier that is no keyword."""
    names = program.names
    assert len(set(names)) == len(names) == len(program.variables)
    for name in names:
        assert name.isidentifier()
        assert name == name.lower()
        assert not keyword.iskeyword(name)


def test_default_names_tell_kind_and_layer() -> None:
    """Without a display name, kind, layer and number make the name."""
    found = program(
        head(),
        head(),
        NumericalHead(0, 0, 2, Constant(True)),
        CategoricalLookup((3,), TWO, (0, 1)),
        NumericalLookup((5,), TWO, (1,), (), 0),
        head(read=6),
    )
    assert found.names == (
        *("tokens", "positions", "ones"),
        *("attn_0_0", "attn_0_1", "num_attn_0_0", "mlp_0_0", "num_mlp_0_0", "attn_1_0"),
    )


def test_inputs_are_named_by_their_kind() -> None:
    """Word tables and text rules are counted by kind."""
    inputs = (
        WordTable(TWO, (0, 1)),
        TextRule("shape", SHAPE, 0),
        WordTable(TWO, (1, 0)),
        TextRule("lower", SHAPE, 0),
    )
    found = Program(Domain(("a",), 2), inputs, (), Classifier(("x",), ()))
    assert found.names == ("word_0", "shape_0", "word_1", "lower_0")


@pytest.mark.parametrize(
    "name",
    [
        *("", "two words", "Upper", "_hidden", "__init__", "class", "3d", "größe", "a-b", "x.y"),
        *("len", "print", *sorted(RESERVED)[:3]),
    ],
)
def test_unusable_names_are_replaced(name: str) -> None:
    """A display name that is no free identifier gives way to the default."""
    assert program(head(name)).names == ("tokens", "positions", "ones", "attn_0_0")
    odd = Program(Domain(("a",), 2), (Tokens(name=name),), (), Classifier(("x",), ()))
    assert odd.names == ("tokens",)


def test_repeated_names_are_numbered() -> None:
    """The first bearer keeps a name, later ones are numbered, past names that are taken."""
    found = program(head("same"), head("same_2"), head("same"), head("ones"))
    assert found.names[3:] == ("same", "same_2", "same_3", "ones_2")


def test_layers_follow_the_reads() -> None:
    """A head comes after the layer that it reads; a look-up may share the layer of its heads, not of look-ups."""
    found = program(
        head(),
        CategoricalLookup((3,), TWO, (0, 1)),
        CategoricalLookup((4,), TWO, (0, 1)),
        head(read=3),
        head(read=5),
        CategoricalLookup((7, 6), TWO, (0, 1) * 2),
    )
    assert found.layers == (0, 0, 1, 1, 2, 2)


def test_given_layers_are_kept_where_late_enough() -> None:
    """A given layer stands unless a read comes too late for it."""
    found = program(head(layer=2), head(read=3, layer=1), head(read=3, layer=5), head(layer=0))
    assert found.layers == (2, 3, 5, 0)


@given(program=programs(bounded=None))
def test_layers_obey_the_order_of_reading(program: Program) -> None:
    """A head reads earlier layers alone; a look-up also heads of its own layer."""
    layers = program.layers
    first = len(program.inputs)
    for number, operation in enumerate(program.operations):
        looks_up = isinstance(operation, CategoricalLookup | NumericalLookup)
        for read in operation.reads:
            if read >= first:
                source = program.operations[read - first]
                shared = looks_up and isinstance(source, CategoricalHead | NumericalHead)
                assert layers[read - first] < layers[number] + shared
