"""Attention heads."""

import pytest
import torch
from torch import Tensor

from tprog.learn.heads import Heads
from tprog.learn.layout import HeadGroup, Rows, Tie
from tprog.learn.relaxation import Relaxation
from tprog.learn.stream import Stream


def heads(numerical: bool, rows: Rows = "one", causal: bool = False, tie: Tie = "nearest") -> Heads:
    """Return two heads over two categorical variables of 4 values and one numerical variable."""
    value = (2,) if numerical else (0, 1)
    group = HeadGroup(
        2, numerical, (0, 1), (0, 1), value, 4, 4, rows, tie, (causal, False), 0, ("", "")
    )
    module = Heads(group, 5)
    module.initialise(torch.Generator().manual_seed(0))
    return module


def exact_and_cold(module: Heads) -> tuple[Tensor, Tensor]:
    """Return what the heads write on random variables: exactly, and relaxed near temperature 0."""
    random = torch.Generator().manual_seed(1)
    values = torch.randint(0, 4, (2, 30, 5), generator=random)
    numbers = torch.randint(0, 6, (30, 5), generator=random)
    stream = Stream(torch.ones(30, 5, dtype=torch.bool))
    stream.append(torch.nn.functional.one_hot(values, 4).float())
    stream.append(numbers[None].float())
    exact = torch.stack(module.exact([values[0], values[1], numbers]))
    return exact, module.relaxed(stream, Relaxation(1e-4))


def test_cold_categorical_heads_copy_what_exact_ones_do() -> None:
    """Near temperature 0 a head writes the one-hot form of the value that the exact head copies."""
    for causal in (False, True):
        exact, cold = exact_and_cold(heads(False, causal=causal))
        assert torch.allclose(cold, torch.nn.functional.one_hot(exact, 4).float(), atol=1e-4)


@pytest.mark.parametrize("causal", [False, True])
def test_cold_heads_attend_to_the_highest_learned_score(causal: bool) -> None:
    """Near temperature 0 a head that learns scores copies from the key that scores highest, the first of equals."""
    module = heads(False, "any", causal, "score")
    with torch.no_grad():
        # Scores a whole unit apart outweigh the preference for the first.
        module.predicate.copy_(2.0 * module.ranks())
    exact, cold = exact_and_cold(module)
    assert torch.allclose(cold, torch.nn.functional.one_hot(exact, 4).float(), atol=1e-3)
    values = torch.arange(4)[None].expand(1, 4)
    picked = module.exact([values, values, values])[1]
    query, key, value = module.choices()[1]
    assert {query, key, value} <= {0, 1}
    assert torch.equal(picked[0], module.predicate[1].argmax(-1))


def test_only_scores_take_any_key() -> None:
    """Numerical heads and other tie-breaks have a predicate."""
    with pytest.raises(ValueError, match="score"):
        heads(True, "any", tie="score")
    with pytest.raises(ValueError, match="score"):
        heads(False, "any", tie="nearest")


def test_cold_numerical_heads_sum_what_exact_ones_do() -> None:
    """Near temperature 0 a head sums what the exact head sums, for single keys and for sets of keys."""
    for rows in ("one", "set"):
        exact, cold = exact_and_cold(heads(True, rows))
        assert torch.allclose(cold, exact.float(), atol=1e-3)
        assert len(set(exact.flatten().tolist())) > 3


def test_each_row_wants_one_key_or_a_set() -> None:
    """Rows of the published form want exactly one key; sets are the entries above 0."""
    assert (heads(False).wanted().sum(-1) == 1).all()
    sets = heads(False, "set")
    assert torch.equal(sets.wanted(), sets.predicate > 0)
    assert (sets.wanted().sum(-1) != 1).any()


def test_written_variables_have_the_documented_shape() -> None:
    """Categorical heads write distributions over values, numerical ones a number a position."""
    assert exact_and_cold(heads(False))[1].shape == (2, 30, 5, 4)
    assert exact_and_cold(heads(True))[1].shape == (2, 30, 5)
