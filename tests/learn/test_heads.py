"""Attention heads: tie-breaks, weights and both passes."""

import pytest
import torch
from torch import Tensor

from tprog.learn.heads import Heads, attended, preference, relaxed_attention_logits, relaxed_bias
from tprog.learn.layout import HeadGroup, KeysPerQuery, Tie
from tprog.learn.relaxation import Relaxation, Stream


def place(keys: str, query: int, tie: Tie = "nearest", scores: list[int] | None = None) -> int:
    """Return the attended position of one query, where `x` marks the matching keys."""
    size = len(keys)
    match = torch.zeros(1, size, size, dtype=torch.bool)
    match[0, query] = torch.tensor([key == "x" for key in keys])
    table = None
    if scores is not None:
        table = torch.zeros(1, size, size, dtype=torch.int64)
        table[0, query] = torch.tensor(scores)
    return int(attended(match, tie, table)[0, query])


def test_nothing_matching_gives_position_0() -> None:
    """Where no key matches, every tie-break falls back to position 0."""
    for tie in ("nearest", "matches", "first"):
        assert place("....", 2, tie) == 0
    assert place("....", 2, "score", [1, 2, 3, 4]) == 0


def test_nearest_goes_left_on_a_tie_and_to_itself_last() -> None:
    """The nearest match wins, the left of two equally near, the query only where nothing else matches."""
    assert place("x..x.", 2) == 3
    assert place(".x.x.", 2) == 1
    assert place("x.x..", 2) == 0
    assert place("..x.x", 2) == 4
    assert place("..x..", 2) == 2


def test_self_ranked_by_the_number_of_matches() -> None:
    """Published sources put the query at the distance `matches`: after a left neighbour there, before a right one."""
    assert place("x.x..", 2, "matches") == 0
    assert place("..x.x", 2, "matches") == 2
    assert place("x.xx.", 2, "matches") == 3
    assert place("..x....x", 2, "matches") == 2


def test_first_takes_the_leftmost_match() -> None:
    """The first match wins, wherever the query is."""
    assert place(".xxx", 3, "first") == 1


def test_scores_decide_and_ties_go_to_the_first() -> None:
    """The best score among the matches wins, the first of equals."""
    assert place("xx.x", 0, "score", [1, 5, 9, 5]) == 1
    assert place("x..x", 0, "score", [-(2**40), 0, 0, -(2**40)]) == 0


def test_preferences_order_keys_as_the_exact_rule_does() -> None:
    """The bias falls strictly in the order in which exact attention ranks matching keys."""
    bias = preference(7, 7, "nearest")
    for query in range(7):
        ranked = sorted(range(7), key=lambda key: -float(bias[query, key]))
        expected = sorted(range(7), key=lambda key: (key == query, abs(key - query), key > query))
        assert ranked == expected
        assert len(set(bias[query].tolist())) == 7


def test_relaxed_attention_falls_back_to_position_0() -> None:
    """Where the relaxed match is nothing, position 0 has the whole weight; padding has none."""
    match = torch.zeros(1, 1, 3, 3)
    match[..., 1, 2] = 0.5
    allowed = torch.ones(1, 1, 3, 3, dtype=torch.bool)
    allowed[..., 1] = False
    weights = torch.softmax(relaxed_attention_logits(match, allowed), -1)[0, 0]
    assert torch.allclose(weights[0], torch.tensor([1.0, 0.0, 0.0]))
    assert torch.allclose(weights[1], torch.tensor([0.0, 0.0, 1.0]))


def test_relaxed_bias_of_scores_breaks_ties_to_the_first() -> None:
    """Equal scores leave a bias that favours the first key."""
    fixed = preference(3, 3, "score")
    bias = relaxed_bias("score", fixed, 3, torch.ones(1, 1, 3, 3), torch.zeros(1, 1, 3, 3))
    assert bias[0, 0].argmax(-1).tolist() == [0, 0, 0]


def heads(
    numerical: bool, rows: KeysPerQuery = "one", causal: bool = False, tie: Tie = "nearest"
) -> Heads:
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
