"""Which position is attended to."""

import torch

from tprog.learn.attention import attended, preference, relaxed_attention_logits, relaxed_bias
from tprog.learn.layout import Tie


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
