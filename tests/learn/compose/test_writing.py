"""Tests of Programs from parts."""

from dataclasses import replace

from tprog.evaluate import accuracy
from tprog.ir import (
    CategoricalVotes,
    Compare,
    Constant,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    Predicate,
    Table,
    validate,
)
from tprog.learn.compose.expressions import POSITIONS, TOKENS, Copy, Count, Lookup, Wanted
from tprog.learn.compose.writing import joint_counts, with_majority_votes, write_modules
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

TASK = get_task("hist:vocabulary=5,length=5")
DATASET = make_dataset(TASK, 0)


def predicate_of(wanted: Wanted) -> Predicate:
    """Return the predicate that is written for a count over tokens."""
    program, places = write_modules(TASK, (Count(TOKENS, wanted, causal=False),))
    head = program.variables[max(places.values())]
    assert isinstance(head, NumericalHead)
    return head.predicate


def test_predicates_have_their_shortest_form() -> None:
    """What is symbolic stays symbolic; exceptions make a table."""
    assert predicate_of(Wanted("==")) == Compare("==")
    assert predicate_of(Wanted(None, keys=(1, 2))) == KeyIn((1, 2))
    assert predicate_of(Wanted(None)) == Constant(True)
    assert predicate_of(Wanted("==", without=(0,))) == Table(((), (1,), (2,), (3,)))


def test_tokens_are_compared_by_their_texts() -> None:
    """Digits come before `<s>` in the order of texts, and so they do in a count of smaller tokens."""
    assert predicate_of(Wanted("<")) == Compare("<")
    wanted = Wanted("<", without=(0,))
    assert predicate_of(wanted) == Table(((), (), (1,), (1, 2)))


def test_modules_are_written_in_layers_with_their_notes() -> None:
    """Programs are valid, each part has its variable, and notes are kept."""
    count = Count(TOKENS, Wanted("=="), causal=True)
    lookup = Lookup((count,), (6,), (0, 1, 2, 3, 4, 5), note="a")
    copy = Copy(POSITIONS, lookup, TOKENS, Wanted("==", 1), causal=False)
    table = Lookup((copy, TOKENS), (4, 4), tuple(range(16)))
    program, places = write_modules(TASK, (table,))
    assert not validate(program)
    assert program.layers == (0, 0, 1, 1)
    written = program.variables[places[lookup]]
    assert isinstance(written, NumericalLookup)
    assert written.notes == ("a",)


def test_the_histogram_is_counted_and_voted_for() -> None:
    """One head and a table of what it counts are the whole task."""
    count = Count(TOKENS, Wanted("=="), causal=False)
    joint = joint_counts(TASK, (count,), (6,), DATASET.train.batches())
    assert joint.sum() == sum((truth >= 0).sum() for _, truth in DATASET.train.batches())
    assert (joint[1:5].argmax(axis=1) == [0, 1, 2, 3]).all()
    table = Lookup((count,), (6,), (0, 0, 1, 2, 3, 3), texts=TASK.labels)
    program, places = write_modules(TASK, (table,))
    batches = DATASET.train.batches()
    found = with_majority_votes(program, places[table], batches)
    right, total = accuracy(found, DATASET.test.batches(), TASK.labels)
    assert right == total
    same = with_majority_votes(program, places[table], batches, identity=True)
    assert same == found


def test_values_that_never_occur_do_not_vote() -> None:
    """A value without data has no label to vote for."""
    lookup = Lookup((Count(TOKENS, Wanted("=="), causal=False),), (9,), tuple(range(9)))
    program, places = write_modules(TASK, (lookup,))
    (votes,) = with_majority_votes(
        program, places[lookup], DATASET.train.batches()
    ).classifier.votes
    assert isinstance(votes, CategoricalVotes)
    assert [sum(row) for row in votes.weights] == [0, 1, 1, 1, 1]
    assert replace(program, classifier=program.classifier) == program
