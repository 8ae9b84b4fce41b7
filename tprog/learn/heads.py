"""Attention heads: which position they attend to, their weights, and both forward passes, relaxed and exact."""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tprog.learn.layout import HeadGroup, Tie
from tprog.learn.relaxation import Relaxation, Stream

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
    """Return the attended position of each query, exactly, as `tprog.evaluate.scalar` defines it.

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


class Heads(nn.Module):
    """The heads of one group (paper, sections 3.2 and 3.3).

    Attributes:
        query, key, value: `(heads, candidates)` gate logits.
        predicate: `(heads, query values, key values)` logits; rows choose one key, entries decide alone, or they are the
            scores of keys that all match (`rows`).
        scores: `(heads, query values, key values)` integers of the tie-break `score`; empty otherwise, and where the
            scores are learned.
    """

    scores: Tensor

    def __init__(self, group: HeadGroup, positions: int) -> None:
        super().__init__()
        if group.rows == "any" and (group.numerical or group.tie != "score"):
            raise ValueError("only heads that attend by a score take any key")
        self.group = group
        self.query = nn.Parameter(torch.zeros(group.count, len(group.query)))
        self.key = nn.Parameter(torch.zeros(group.count, len(group.key)))
        self.value = nn.Parameter(torch.zeros(group.count, len(group.value)))
        shape = (group.count, group.query_size, group.key_size)
        self.predicate = nn.Parameter(torch.zeros(shape))
        scored = shape if group.tie == "score" and group.rows != "any" else (0,)
        self.register_buffer("scores", torch.zeros(scored, dtype=torch.int64))
        self.positions = positions
        self._preferences: dict[int, Tensor] = {}

    def initialise(self, noise: torch.Generator) -> None:
        """Draw normal weights with the published scales."""
        for gate in (self.query, self.key, self.value):
            nn.init.normal_(gate, std=gate.shape[1] ** -0.5, generator=noise)
        nn.init.normal_(self.predicate, std=self.group.key_size**-0.5, generator=noise)

    def relaxed(
        self, stream: Stream, relax: Relaxation
    ) -> Float[Tensor, "heads batch query *values"]:
        """Return the variables that the heads write, relaxed."""
        group = self.group
        query, key, value = self._reads(stream, relax)
        if group.rows == "any":
            return self._by_learned_score(query, key, stream, relax) @ value
        wanted = (relax.choose if group.rows == "one" else relax.decide)(self.predicate)
        heads, batch, positions, _ = query.shape
        wants = (query.reshape(heads, batch * positions, -1) @ wanted).view(
            heads, batch, positions, -1
        )
        allowed = stream.allowed(group.causal)
        match = (wants @ key.transpose(-1, -2)).masked_fill(~allowed, 0.0)
        if group.numerical:
            return (match @ value[..., None])[..., 0]
        fixed = self.preference(positions).to(match.device)
        scores, gap = self._relaxed_scores(query, key)
        bias = relaxed_bias(group.tie, fixed, self.positions, match, scores, gap)
        logits = relaxed_attention_logits(match, allowed) + bias
        # The published scale of attention, one over the root of the key's width.
        return relax.choose(logits * group.key_size**-0.5) @ value

    def _by_learned_score(
        self, query: Tensor, key: Tensor, stream: Stream, relax: Relaxation
    ) -> Float[Tensor, "heads batch query key"]:
        heads, batch, positions, _ = query.shape
        scores = query.reshape(heads, batch * positions, -1) @ self.predicate
        logits = scores.view(heads, batch, positions, -1) @ key.transpose(-1, -2)
        # Equal scores go to the first.
        logits = logits + self.preference(positions).to(logits.device)
        logits = logits.masked_fill(~stream.allowed(self.group.causal), MASKED)
        return relax.choose(logits * self.group.key_size**-0.5)

    def preference(self, size: int) -> Float[Tensor, "query key"]:
        """Return the fixed part of the attention bias for sequences of a length, in tokens."""
        if size not in self._preferences:
            self._preferences[size] = preference(size, self.positions, self.group.tie)
        return self._preferences[size]

    def _reads(self, stream: Stream, relax: Relaxation) -> tuple[Tensor, Tensor, Tensor]:
        group = self.group
        if not group.query == group.key == group.value:
            query, key, value = (
                stream.read(relax.choose(gate), candidates)
                for gate, candidates in (
                    (self.query, group.query),
                    (self.key, group.key),
                    (self.value, group.value),
                )
            )
            return query, key, value
        gates = relax.choose(torch.cat([self.query, self.key, self.value]))
        read = stream.read(gates, group.query)
        return read[: group.count], read[group.count : -group.count], read[-group.count :]

    def _relaxed_scores(self, query: Tensor, key: Tensor) -> tuple[Tensor | None, float]:
        """Return the scores of all pairs, scaled to the range from -1 to 0, and the least difference of two."""
        if self.group.tie != "score":
            return None, 1.0
        high = self.scores.max()
        gap = 1 / max(1, int(high - self.scores.min()))
        scaled = (self.scores - high).to(query.dtype) * gap
        heads, batch, positions, _ = query.shape
        wants = query.reshape(heads, batch * positions, -1) @ scaled
        return wants.view(heads, batch, positions, -1) @ key.transpose(-1, -2), gap

    def choices(self) -> list[tuple[int, int, int]]:
        """Return for each head the variables that its query, key and value gates select."""
        picks = [gate.argmax(1).tolist() for gate in (self.query, self.key, self.value)]
        group = self.group
        return [
            (group.query[query], group.key[key], group.value[value])
            for query, key, value in zip(*picks, strict=True)
        ]

    def wanted(self) -> Bool[Tensor, "heads query_values key_values"]:
        """Return which key values each query value wants."""
        if self.group.rows == "any":
            return torch.ones_like(self.predicate, dtype=torch.bool)
        if self.group.rows == "set":
            return self.predicate > 0
        best = self.predicate.argmax(-1, keepdim=True)
        return torch.zeros_like(self.predicate, dtype=torch.bool).scatter_(-1, best, value=True)

    def ranks(self) -> Int[Tensor, "..."]:
        """Return the scores of the tie-break `score` as integers, `(heads, query values, key values)`; empty for others.

        Learned scores are told by their order in each row, from 0.
        """
        if self.group.rows != "any":
            return self.scores
        return self.predicate.argsort(dim=-1, stable=True).argsort(dim=-1)

    def exact(self, variables: list[Int[Tensor, "batch positions"]]) -> list[Tensor]:
        """Return the variables that the heads write: indices of values, or integers."""
        wanted, ranks = self.wanted(), self.ranks()
        written = []
        for head, (query, key, value) in enumerate(self.choices()):
            rows, columns = variables[query][:, :, None], variables[key][:, None, :]
            match = wanted[head][rows, columns]
            if self.group.causal[head]:
                match = match.tril()
            if self.group.numerical:
                written.append((match * variables[value][:, None, :]).sum(-1))
                continue
            scores = ranks[head][rows, columns] if self.group.tie == "score" else None
            place = attended(match, self.group.tie, scores)
            written.append(variables[value].gather(1, place))
        return written
