"""Programs as RASP: exact part by part, short where names are found."""

from dataclasses import replace
from itertools import product

import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate import predict
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Domain,
    First,
    Nearest,
    Positions,
    Program,
    Table,
    TieBreak,
    Tokens,
    check,
)
from tprog.locate import load
from tprog.rasp import probe
from tprog.rasp.evaluate import evaluate
from tprog.rasp.graph import Width
from tprog.rasp.lift import lift
from tprog.rasp.printing import to_text
from tprog.rasp.translate import NotLiftable, translate, votes


@settings(max_examples=scaled(60), deadline=None)
@given(st.data())
def test_every_variable_and_label_of_any_program_is_translated_exactly(data: st.DataObject) -> None:
    """The s-ops by construction hold what the Program holds, on the data and at the frame."""
    program: Program = data.draw(programs(bounded=True))
    try:
        found = translate(program)
    except NotLiftable:
        return
    domain = program.domain
    lengths = range(domain.min_length, (domain.max_length or 0) + 1)
    sequences = [one for n in lengths for one in product(domain.symbols, repeat=n)][:60]
    runs = [interpret(program, domain.frame(one)) for one in sequences]
    shift = int(domain.prefix is not None)
    for number, variable in enumerate(found):
        for place, part in enumerate(variable.parts):
            if part is None:
                continue
            for run, tokens, row in zip(runs, sequences, evaluate(part, sequences), strict=True):
                size = len(tokens)
                entries = run.values[number]
                at = (entries[shift : shift + size], entries[:1] * size, entries[-1:] * size)
                assert row == tuple(value_at(program, number, one) for one in at[place])
    labels = program.classifier.labels
    for run, tokens, row in zip(
        runs, sequences, evaluate(votes(program, found), sequences), strict=True
    ):
        said = [labels[winner] for winner in run.winners]
        pooled = program.classifier.pooled
        assert row == tuple(said * len(tokens) if pooled else said[shift : shift + len(tokens)])


@pytest.mark.parametrize("task", ["reverse", "sort", "induction"])
def test_learned_programs_become_algorithms_of_a_few_lines(task: str) -> None:
    """Every variable is named, and no table and no greater number is left."""
    lifted = lift(load(task))
    assert lifted.named == lifted.total
    assert not lifted.absolute_positions


def test_a_sort_that_was_learned_on_six_symbols_sorts_thirty() -> None:
    """What is found without a table holds at any length."""
    tokens = ("3", "0", "4", "1", "1", "2") * 5
    (found,) = evaluate(lift(load("sort")).output, [tokens])
    assert list(found) == sorted(tokens)


def test_nothing_is_named_where_no_time_is_left() -> None:
    """Tables that stay are counted, and the labels are right all the same."""
    lifted = lift(load("sort"), stop=lambda: True)
    assert lifted.named < lifted.total
    assert lifted.absolute_positions


def test_equal_tokens_are_counted_by_a_width() -> None:
    """The text of a lifted program is RASP."""
    lifted = lift(load("tprog/gallery/hist/simplified.py"))
    assert isinstance(lifted.output, Width)
    assert "selector_width(select(tokens, tokens, ==))" in to_text(dict(lifted.definitions))


def with_tie(program: Program, tie: TieBreak) -> Program:
    """Return a Program whose heads that copy break ties otherwise."""
    heads = [
        replace(one, tie=tie) if isinstance(one, CategoricalHead) else one
        for one in program.operations
    ]
    return replace(program, operations=tuple(heads))


def test_the_first_of_one_match_is_the_nearest() -> None:
    """Where no query has several matches every way to choose one is the same; where that shows, it is refused."""
    assert lift(with_tie(load("sort"), First())).output == lift(load("sort")).output
    with pytest.raises(NotLiftable, match="of several matches not the nearest"):
        lift(with_tie(load("induction"), First()), stop=lambda: True)


def test_both_frame_symbols_may_match_where_the_own_position_is_ranked() -> None:
    """At a frame symbol the own position, the other one and the data compete."""
    domain = Domain(("a", "b"), 3, prefix="<s>", suffix="</s>")
    everything = tuple(range(len(domain.alphabet)))
    wanted = Table(tuple(everything if one in (0, 3) else (1,) for one in everything))
    head = CategoricalHead(0, 0, 0, wanted, Nearest("matches"))
    look = CategoricalHead(1, 1, 2, Table(((0,), (4,), (0,), (1,), (4,))))
    votes_ = CategoricalVotes(3, tuple(tuple(int(i == j) for j in range(4)) for i in range(4)))
    classifier = Classifier(domain.alphabet, (votes_,))
    program = check(Program(domain, (Tokens(), Positions()), (head, look), classifier))
    sequences = [one for n in (1, 2, 3) for one in product(domain.symbols, repeat=n)]
    found = evaluate(lift(program, stop=lambda: True).output, sequences)
    assert [list(row) for row in found] == predict(program, sequences)


def test_a_comparison_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some inputs are compared in any case; that these are not all of them is told."""
    monkeypatch.setattr(probe, "SLICE", 100)
    lifted = lift(load("reverse"), lambda: True, seconds=0)
    assert (lifted.inputs, lifted.exhaustive, lifted.cut) == (100, False, True)
    assert not lift(load("reverse"), lambda: True).cut
