"""Tests of examples and boards."""

import numpy as np
import pytest

from tprog.errors import UsageError
from tprog.evaluate import all_inputs
from tprog.ir import CategoricalHead, Classifier, Compare, Domain, Ones, Positions, Program, Tokens
from tprog.learn.search.examples import Examples, make_board
from tprog.learn.search.skeleton import Skeleton

DOMAIN = Domain(("a", "b"), max_length=2)
PROGRAM = Program(
    DOMAIN,
    (Tokens(), Positions(), Ones()),
    (CategoricalHead(0, 0, 0, Compare("==")),),
    Classifier(("y", "x"), ()),
)


def _examples(labels: tuple[str, ...] = ("x", "y")) -> Examples:
    """Every input; the truth is 1 at data positions of the token b, otherwise 0."""
    labelled = []
    for batch in all_inputs(DOMAIN):
        truth = (batch.indices == 2).astype(np.int64)
        truth[:, 0] = -1
        labelled.append((batch, truth))
    return Examples.from_batches(DOMAIN, labels, labelled)


def test_sequences_are_padded_to_the_greatest_length() -> None:
    """Shorter sequences end in -1, in tokens and in truth."""
    examples = _examples()
    assert examples.tokens.tolist()[:3] == [[0, 1, -1], [0, 2, -1], [0, 1, 1]]
    assert examples.truth.tolist()[:3] == [[-1, 0, -1], [-1, 1, -1], [-1, 0, 0]]


def test_shuffling_keeps_the_sequences() -> None:
    """A shuffle is a permutation, equal for equal seeds, and may be cut short."""
    examples = _examples()
    once, again = examples.shuffled(3), examples.shuffled(3)
    assert once.tokens.tolist() == again.tokens.tolist()
    assert sorted(once.tokens.tolist()) == sorted(examples.tokens.tolist())
    assert len(examples.shuffled(3, 2)) == 2


def test_a_board_holds_the_inputs_in_lanes() -> None:
    """Tokens, positions and ones of every sequence stand in their lane; the rest of the lanes is not valid."""
    skeleton = Skeleton.from_program(PROGRAM)
    board = make_board(skeleton, _examples(), lanes=8)
    assert board.cat.shape == (2, 3, 3, 8)
    assert board.cat[0, 0].T.tolist()[:4] == [[0, 1, 0], [0, 2, 0], [0, 1, 1], [0, 1, 2]]
    assert board.cat[0, 1].T.tolist()[:3] == [[0, 1, 0], [0, 1, 0], [0, 1, 2]]
    assert board.num[0, 0].T.tolist()[:3] == [[1, 1, 0], [1, 1, 0], [1, 1, 1]]
    assert board.valid[0].T.tolist()[5:] == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert board.weight.tolist() == [10]


def test_labels_are_matched_by_name() -> None:
    """The data's labels may stand in another order than the classifier's."""
    board = make_board(Skeleton.from_program(PROGRAM), _examples(), lanes=8)
    assert board.label[0, 1, :2].tolist() == [1, 0]


def test_a_label_that_cannot_be_predicted_still_counts() -> None:
    """A position whose true label the classifier lacks is scored, so that accuracy stays honest, but not learned."""
    board = make_board(Skeleton.from_program(PROGRAM), _examples(("x", "z")), lanes=8)
    assert board.weight.tolist() == [10]
    assert int((board.scored > 0).sum()) == 5


def test_the_preferred_key_comes_last() -> None:
    """Nearest: itself first, then from far to near, the left one after the right one; first: from right to left."""
    order = make_board(Skeleton.from_program(PROGRAM), _examples()).order
    assert order[0].tolist() == [[0, 2, 1], [1, 2, 0], [2, 0, 1]]
    assert order[1].tolist() == [[2, 1, 0]] * 3


def test_data_of_another_domain_are_refused() -> None:
    """A Program and data with different symbols do not go together."""
    other = Program(Domain(("a", "c"), max_length=2), PROGRAM.inputs, (), PROGRAM.classifier)
    with pytest.raises(UsageError, match="different symbols"):
        make_board(Skeleton.from_program(other), _examples())
