"""Which position a categorical head attends to. Owns the tie-breaks, relaxed and exact; refuses gates and predicates."""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from tprog.learn.layout import Tie

# Below any match that counts, above the least float32: the logarithm of an impossible key stays finite.
IMPOSSIBLE = 1e-20
NO_MATCH = 1e-10
MASKED = -1e30


def preference(size: int, positions: int, tie: Tie) -> Float[Tensor, "query key"]:
    """Return the bias of the attention scores, at most 0: the published scale, with exact ties going to the left.

    `nearest` costs 1/positions for each step beyond the first, half a step more to the right, and 2 for the query itself;
    `first` and `score` cost 1/positions for each step from position 0.

    Args:
        size: positions of the sequences at hand, in tokens.
        positions: the greatest framed length, in tokens.
        tie: the tie-break.
    """
    query = torch.arange(size)[:, None]
    key = torch.arange(size)[None, :]
    if tie in ("first", "score"):
        return -(key / positions).expand(size, size).clone()
    distance = (query - key).abs() - 1 + 0.5 * (key > query)
    return torch.where(query == key, torch.tensor(-2.0), -distance / positions)


def relaxed_bias(
    tie: Tie,
    fixed: Float[Tensor, "query key"],
    positions: int,
    match: Float[Tensor, "heads batch query key"],
    scores: Float[Tensor, "heads batch query key"] | None = None,
    gap: float = 1.0,
) -> Tensor:
    """Return the bias of each key for each query under a tie-break.

    Args:
        tie: the tie-break.
        fixed: what `preference` returns for it.
        positions: the greatest framed length, in tokens.
        match: how much each key matches, between 0 and 1, nothing where it is not allowed.
        scores: for `score`, the score of each pair, between -1 and 0.
        gap: the least difference of two scores, so that the first of equal ones wins and no other.
    """
    if tie == "score" and scores is not None:
        return scores + fixed * (gap / 2)
    if tie == "matches":
        # The query's own place in the order is the number of matches, after a left neighbour that far away.
        own = -(match.sum(-1, keepdim=True) - 0.75) / positions
        diagonal = torch.eye(fixed.shape[0], dtype=torch.bool, device=match.device)
        return torch.where(diagonal, own, fixed)
    return fixed


def relaxed_attention_logits(
    match: Float[Tensor, "heads batch query key"], allowed: Bool[Tensor, "#heads batch query key"]
) -> Float[Tensor, "heads batch query key"]:
    """Return the logarithm of how much each key matches; position 0 stands in where nothing does (paper, section 3.2)."""
    total = match.sum(-1)
    default = NO_MATCH / (total + NO_MATCH)
    with_default = torch.cat([match[..., :1] + default[..., None], match[..., 1:]], dim=-1)
    return torch.log(with_default + IMPOSSIBLE).masked_fill(~allowed, MASKED)


def attended(
    match: Bool[Tensor, "batch query key"],
    tie: Tie,
    scores: Int[Tensor, "batch query key"] | None = None,
) -> Int[Tensor, "batch query"]:
    """Return the attended position of each query, exactly (SEMANTICS, "Attended position").

    Every rule is the least of an integer cost, the first of equal costs; no match at all costs the same everywhere.
    """
    size = match.shape[-1]
    query = torch.arange(size, device=match.device)[:, None]
    key = torch.arange(size, device=match.device)[None, :]
    distance = (query - key).abs()
    match tie:
        case "first":
            cost = key.expand(size, size)
        case "nearest":
            cost = torch.where(query == key, 2 * size, 2 * distance + (key > query))
        case "matches":
            own = 3 * match.sum(-1, keepdim=True) + 1
            cost = torch.where(query == key, own, 3 * distance + 2 * (key > query))
        case "score":
            if scores is None:
                raise ValueError("this tie-break needs scores")
            cost = -scores
    worst = torch.iinfo(torch.int64).max
    return torch.where(match, cost, worst).argmin(-1)
