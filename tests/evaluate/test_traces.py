"""A trace tells in values what happened on one input."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.errors import BadInput
from tprog.evaluate import encode, evaluate, predict
from tprog.evaluate.traces import Decision, HeadTrace, VariableTrace, VariableVotes, trace
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
)

# Counts the own symbol, and looks from everywhere for the nearest b.
PROGRAM = Program(
    Domain(("a", "b"), 4),
    (Tokens(), Positions(), Ones()),
    (
        CategoricalHead(0, 0, 1, Table(((), (2,), (2,))), name="to_b"),
        NumericalHead(0, 0, 2, Compare("==")),
        NumericalLookup((4,), FiniteValues(("once", "often")), (2,), (Rectangle(((2, 2),), 1),), 0),
        CategoricalLookup((0,), FiniteValues((0, 1)), (0, 1, 1)),
    ),
    Classifier(
        ("<pad>", "no", "yes"),
        (NumericalVotes(4, (0, 1, 1)), CategoricalVotes(5, ((9, 2, 0), (9, 0, 3)))),
        masked=(0,),
        first="<s>",
    ),
)


def test_variables_show_their_values() -> None:
    """Each variable has a name, a kind, a layer and its values in words."""
    assert trace(PROGRAM, "aba").variables == (
        VariableTrace(0, "tokens", "input", None, ("<s>", "a", "b", "a")),
        VariableTrace(1, "positions", "input", None, (0, 1, 2, 3)),
        VariableTrace(2, "ones", "input", None, (1, 1, 1, 1)),
        VariableTrace(3, "to_b", "head", 0, (0, 2, 2, 2)),
        VariableTrace(4, "num_attn_0_0", "numerical head", 0, (1, 2, 1, 2)),
        VariableTrace(5, "num_mlp_0_0", "numerical lookup", 0, ("once", "often", "once", "often")),
        VariableTrace(6, "mlp_0_0", "lookup", 0, (0, 1, 1, 1)),
    )


def test_heads_show_where_they_look() -> None:
    """Each head has its matches; a categorical one what it attends, and whether by match or by default."""
    framed = ("<s>", "a", "b", "a")
    nearest, counted = trace(PROGRAM, "aba").heads
    assert nearest == HeadTrace(
        3,
        "to_b",
        framed,
        framed,
        ((), (2,), (2,), (2,)),
        (0, 2, 2, 2),
        (False, True, True, True),
    )
    assert counted == HeadTrace(
        4, "num_attn_0_0", framed, framed, ((0,), (1, 3), (2,), (1, 3)), (), ()
    )


def test_position_0_can_be_attended_by_match() -> None:
    """Attending position 0 because it matches is told apart from the default."""
    first = CategoricalHead(0, 0, 1, Table(((), (0,), ())))
    program = replace(PROGRAM, operations=(first,), classifier=Classifier(("x",), ()))
    (head,) = trace(program, "ab").heads
    assert head.attended == (0, 0, 0)
    assert head.by_match == (False, True, False)


def test_decisions_show_how_the_votes_fall() -> None:
    """Each position has every variable's votes, the sums, the winner and the runner-up; masked labels cannot win."""
    found = trace(PROGRAM, "ab")
    assert found.labels == ("<pad>", "no", "yes")
    assert found.decisions[1] == Decision(
        position=1,
        votes=(
            VariableVotes(4, "num_attn_0_0", (0, 1, 1)),
            VariableVotes(5, "num_mlp_0_0", (9, 2, 0)),
        ),
        sums=(9, 3, 1),
        winner="no",
        runner_up="yes",
        margin=2,
        prediction="no",
        forced=False,
    )
    assert (found.decisions[0].prediction, found.decisions[0].forced) == ("<s>", True)
    assert found.predictions == ("no", "no")


def test_a_single_label_has_no_runner_up() -> None:
    """Where one label alone can win, there is no runner-up and no margin."""
    program = replace(PROGRAM, classifier=replace(PROGRAM.classifier, masked=(0, 1)))
    decision = trace(program, "a").decisions[1]
    assert (decision.winner, decision.runner_up, decision.margin) == ("yes", None, None)


def test_pooled_votes_are_added() -> None:
    """A pooled Program has one decision, with votes added over all positions."""
    program = replace(PROGRAM, classifier=replace(PROGRAM.classifier, pooled=True, first=None))
    found = trace(program, "aa")
    (decision,) = found.decisions
    assert decision.position is None
    assert [votes.votes for votes in decision.votes] == [(0, 5, 5), (27, 2, 6)]
    assert decision.sums == (27, 7, 11)
    assert found.predictions == ("yes",)


def test_framed_tokens_are_accepted() -> None:
    """A full framed sequence has the same trace as its data."""
    assert trace(PROGRAM, ["<s>", "a", "b"]) == trace(PROGRAM, "ab")
    assert trace(PROGRAM, "ab").data == (1, 3)


def test_bad_input_is_refused() -> None:
    """Tokens outside the domain are an error."""
    with pytest.raises(BadInput, match="unknown token 'z'"):
        trace(PROGRAM, "az")


@given(program=programs(bounded=None), data=st.data())
def test_traces_agree_with_the_array_evaluator(program: Program, data: st.DataObject) -> None:
    """Predictions, sums and attended values of a trace are those of the array evaluator."""
    domain = program.domain
    most = domain.max_length or domain.min_length + 4
    one = st.lists(st.sampled_from(domain.symbols), min_size=domain.min_length, max_size=most)
    tokens = data.draw(one)
    found = trace(program, tokens)
    assert list(found.predictions) == predict(program, [tokens])[0]
    evaluation = evaluate(program, encode(domain, [tokens])[0][1])
    sums = evaluation.sums if program.classifier.pooled else evaluation.sums[0]
    assert [list(decision.sums) for decision in found.decisions] == sums.tolist()
    for head in found.heads:
        operation = program.variables[head.variable]
        if isinstance(operation, CategoricalHead):
            copied = found.variables[operation.value].values
            assert found.variables[head.variable].values == tuple(copied[j] for j in head.attended)
    for decision in found.decisions:
        totals = [0] * len(found.labels)
        for vote in decision.votes:
            totals = [a + b for a, b in zip(totals, vote.votes, strict=True)]
        assert tuple(totals) == decision.sums
