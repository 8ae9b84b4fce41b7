"""Programs are prepared for a length: types, the variables that matter, and a step for each operation."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate import encode, evaluate, prepared
from tprog.evaluate.evaluator import WordReader
from tprog.evaluate.prepared import (
    BoxStep,
    Matches,
    TableStep,
    categorical_step,
    head_match,
    head_step,
    needed_variables,
    numerical_step,
    prepare,
    width,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    TieBreak,
    Tokens,
)

INPUTS = (Tokens(), Positions(), Ones())


def test_only_needed_variables_are_computed() -> None:
    """What no vote reads, directly or through others, is left empty."""
    copy = CategoricalHead(1, 1, 0, Table(((0,), (1,))))
    unused = CategoricalHead(3, 1, 0, Table(((0,), (1,))))
    votes = CategoricalVotes(3, ((0,), (1,)))
    program = Program(Domain(("a",), 1), INPUTS, (copy, unused), Classifier(("x",), (votes,)))
    assert needed_variables(program) == {0, 1, 3}
    batch = encode(program.domain, ["a"])[0][1]
    found = prepare(program, 2)
    tables = WordReader(program).tables(batch, found.code)
    columns = found.columns(tables, batch.indices.T, needed_variables(program))
    assert [column.size > 0 for column in columns] == [True, True, False, True, False]
    assert all(column.size for column in found.columns(tables, batch.indices.T))


@given(program=programs())
def test_needed_variables_are_closed(program: Program) -> None:
    """Every needed operation's reads are needed too, and every voting variable is."""
    needed = needed_variables(program)
    for number, operation in enumerate(program.operations, len(program.inputs)):
        assert number not in needed or needed.issuperset(operation.reads)
    assert needed.issuperset(vote.variable for vote in program.classifier.votes)


@pytest.mark.parametrize(("symbols", "kind"), [(3, np.uint8), (254, np.uint16), (300, np.uint16)])
def test_the_type_holds_every_value_and_one_more(symbols: int, kind: type) -> None:
    """Categorical arrays are as narrow as the largest value set allows, with room for `no key`."""
    domain = Domain(tuple(map(str, range(symbols))), 2)
    program = Program(domain, (Tokens(),), (), Classifier(("x",), ()))
    assert prepare(program, 3).code == kind


def test_lengths_beyond_the_domain_are_refused() -> None:
    """There is no plan for a length beyond the greatest; without one, every length can be prepared."""
    program = Program(Domain(("a",), 2), INPUTS, (), Classifier(("x",), ()))
    with pytest.raises(BadInput, match="more than the most, 3"):
        prepare(program, 4)
    endless = Program(Domain(("a",), None), INPUTS, (), Classifier(("x",), ()))
    assert prepare(endless, 400).length == 400


def test_numbers_beyond_64_bits_are_refused() -> None:
    """A length whose numbers could exceed 64 bits is refused."""
    heads = tuple(NumericalHead(0, 0, 2 + layer, Constant(True)) for layer in range(7))
    program = Program(Domain(("a",), None), INPUTS, heads, Classifier(("x",), ()))
    assert prepare(program, 500).bounds[9] == 500**7
    with pytest.raises(InvalidProgram, match="num_attn_6_0 could exceed 64 bits at length 600"):
        prepare(program, 600)


def test_sums_are_as_wide_as_their_summands() -> None:
    """A head that can match nothing still takes a variable with large numbers."""
    domain = Domain(("a",), 300, min_length=300)
    heads = (NumericalHead(0, 0, 2, Constant(True)), NumericalHead(0, 0, 3, Constant(False)))
    program = Program(domain, INPUTS, heads, Classifier(("x",), ()))
    found = evaluate(program, encode(domain, [["a"] * 300])[0][1])
    assert found.values[3].max() == 301
    assert found.values[4].max() == 0


def test_predicates_are_prepared_once() -> None:
    """Other lengths share the predicates that do not depend on the length."""
    heads = (
        CategoricalHead(0, 0, 1, Table(((0,), (1,)))),
        CategoricalHead(1, 0, 1, Constant(True)),
    )
    shared: Matches = {}
    for domain, count in ((Domain(("a",), 5), 2), (Domain(("a",), None), 1)):
        shared.clear()
        program = Program(domain, INPUTS, heads, Classifier(("x",), ()))
        prepare(program, 3, shared)
        known = dict(shared)
        prepare(program, 4, shared)
        assert len(shared) == count
        assert all(shared[place] is known[place] for place in shared)


VALUES = FiniteValues(("p", "q", "r"))
CODE = np.dtype(np.uint8)


@st.composite
def numerical_lookups(draw: st.DrawFn) -> NumericalLookup:
    """Draw a look-up of one to three numbers."""
    caps = tuple(draw(st.lists(st.integers(0, 5), min_size=1, max_size=3)))
    boxes = []
    for _ in range(draw(st.integers(0, 4))):
        ends = [sorted((draw(st.integers(0, cap)), draw(st.integers(0, cap)))) for cap in caps]
        bounds = tuple((low, high) for low, high in ends)
        boxes.append(Rectangle(bounds, draw(st.integers(0, 2))))
    arguments = tuple(range(len(caps)))
    return NumericalLookup(arguments, VALUES, caps, tuple(boxes), draw(st.integers(0, 2)))


@given(lookup=numerical_lookups(), reach=st.integers(0, 7))
def test_numerical_lookups_as_table_and_as_boxes(lookup: NumericalLookup, reach: int) -> None:
    """A table over what is reached and a search box by box both give the look-up's values."""
    points = list(product(range(reach + 1), repeat=len(lookup.caps)))
    columns = [
        np.array([[point[axis] for point in points]], dtype=np.uint8)
        for axis in range(len(lookup.caps))
    ]
    bounds = dict.fromkeys(lookup.arguments, reach)
    expected = [lookup.index(point) for point in points]
    assert numerical_step(lookup, bounds, CODE).compute(columns)[0].tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "LARGEST_TABLE", 0)
        step = numerical_step(lookup, bounds, CODE)
    assert isinstance(step, BoxStep)
    assert step.compute(columns)[0].tolist() == expected


def test_huge_caps_need_no_huge_table() -> None:
    """A table covers only what the arguments reach, and caps beyond 64 bits clamp nothing."""
    lookup = NumericalLookup((0,), VALUES, (10**30,), (Rectangle(((2, 10**30),), 1),), 0)
    step = numerical_step(lookup, {0: 3}, CODE)
    assert isinstance(step, TableStep)
    assert step.table.tolist() == [0, 0, 1, 1]
    wide = numerical_step(lookup, {0: 10**12}, CODE)
    assert isinstance(wide, BoxStep)
    assert wide.compute([np.array([[1, 2, 10**12]])]).tolist() == [[0, 1, 1]]


@given(data=st.data(), sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_categorical_lookups_are_row_major(data: st.DataObject, sizes: list[int]) -> None:
    """The last argument varies fastest, and a single column stands for all inputs."""
    points = list(product(*map(range, sizes)))
    table = tuple(data.draw(st.integers(0, 2)) for _ in points)
    lookup = CategoricalLookup(tuple(range(len(sizes))), VALUES, table)
    step = categorical_step(lookup, tuple(sizes), CODE)
    columns = [
        np.array([[point[axis] for point in points]], dtype=np.uint8) for axis in range(len(sizes))
    ]
    assert step.compute(columns)[0].tolist() == list(table)
    assert step.rows(columns)[0].tolist() == list(range(len(points)))
    mixed = [np.full((1, 1), sizes[0] - 1, dtype=np.uint8), *columns[1:]]
    last = [table[points.index((sizes[0] - 1, *point[1:]))] for point in points]
    found = step.compute(mixed)
    assert np.broadcast_to(found, (1, len(points)))[0].tolist() == last


@pytest.mark.parametrize(
    "tie", [Nearest(), First(), Nearest("matches"), ByScore(((10**40, 0), (-1, 7)))]
)
def test_each_tie_break_has_its_step(tie: TieBreak) -> None:
    """The tie-break chooses the step; scores of any size keep their order."""
    two = FiniteValues((0, 1))
    head = CategoricalHead(0, 0, 1, Table(((0, 1), (1,))), tie)
    step = head_step(head, head_match(head, two, two, CODE), 0, 3)
    keys = np.array([[0, 1], [1, 1], [0, 1]], dtype=np.uint8)
    positions = np.arange(3, dtype=np.uint8)[:, None]
    nearest, first = [[1, 1], [1, 0], [1, 1]], [[0, 0], [1, 0], [0, 0]]
    expected = nearest if isinstance(tie, Nearest) else first
    assert step.compute([keys, positions]).tolist() == expected


def test_counts_are_as_wide_as_their_bound() -> None:
    """The integer type of a count follows from its bound, and sums reach it."""
    one = FiniteValues((0,))
    head = NumericalHead(0, 0, 1, Constant(True))
    step = head_step(head, head_match(head, one, one, CODE), 2**40, 3)
    keys = np.zeros((3, 1), dtype=np.uint8)
    numbers = np.full((3, 1), 2**38, dtype=np.int64)
    assert step.compute([keys, numbers]).tolist() == [[3 * 2**38]] * 3


@pytest.mark.parametrize(
    ("bound", "kind"),
    [
        (0, np.uint8),
        (255, np.uint8),
        (256, np.uint16),
        (2**16, np.uint32),
        (2**32, np.int64),
        (2**63 - 1, np.int64),
    ],
)
def test_width_holds_the_bound(bound: int, kind: type) -> None:
    """The narrowest type that holds a bound is unsigned up to 32 bits, then signed."""
    assert width(bound) == kind
    assert np.iinfo(width(bound)).max >= bound
