"""Learning integer votes for given variables: a large-margin or a logistic fit by L-BFGS, then rounding.

Where no mistake is allowed the votes must win everywhere, so a squared hinge loss is driven to 0 on a growing set of
rows; where some are allowed, a logistic loss is made small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt

from tprog.analysis.simplify.losses import Floats, entropy, hinge, margins
from tprog.analysis.simplify.pruning import prune, with_bias, with_shifted_rows, with_votes
from tprog.analysis.simplify.vote_rows import VoteRows, rows_of
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.many_programs import ManyPrograms
from tprog.ir import (
    CategoricalVotes,
    Integers,
    Naturals,
    NumericalVotes,
    Ones,
    Program,
    Votes,
)
from tprog.learn.fit import EXACT_SUM, Descent, least_loss

# Rows that the fit begins with, and that each round adds.
BEGIN = 3000
ADD = 1500
ROUNDS = 12
# Rows that a fit with allowed mistakes looks at.
LOGISTIC_ROWS = 20_000
DESCENT = Descent(
    steps=150, losses=300, memory=15, least_gain=2.220446049250313e-09, least_slope=1e-5
)
# The least weight decay that keeps the loss strictly convex.
DECAY = 1e-6
# A win by less is no win, for rounding would lose it.
CLEAR = 0.05
# A descent is looked at every so many steps; it ends where every row is won by so much, or where after so many
# steps more rows than this are missed.
LOOK_EVERY = 10
EASY = 0.4
HOPELESS_AFTER = 60
HOPELESS_ROWS = 60
# Rows scored at once.
CHUNK = 1 << 16
# Refitted votes are rounded at the first of these scales that makes no more mistakes.
SCALES = (64, 512, 4096, 32768)
# A refit that takes longer than this is no good.
SECONDS = 4.0
# A refit begins with the votes of before, scaled so that this share of the rows has a margin of less than 1.
QUANTILE = 0.02
# A margin below this share of the largest weight is none; then the largest weight is scaled to that size.
SMALLEST = 1e-3
LARGEST = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class FittedVotes:
    """Fitted votes, not yet rounded.

    Attributes:
        variables: the variables that vote.
        weights: for each `(values, labels)`; numerical: `(1, labels)` per unit.
        bias: `(labels,)`.
    """

    variables: tuple[int, ...]
    weights: tuple[Floats, ...]
    bias: Floats

    def rounded(self, program: Program, scale: int) -> Program | None:
        """Return the pruned Program with these votes, rounded at a scale; None where sums could be inexact in float32."""
        found: list[Votes] = []
        bias = tuple(int(weight) for weight in np.rint(self.bias * scale))
        largest = max(map(abs, bias))
        for variable, weights in zip(self.variables, self.weights, strict=True):
            whole = np.rint(weights * scale).astype(np.int64)
            largest += int(np.abs(whole).max(initial=0))
            rows = tuple(tuple(int(weight) for weight in row) for row in whole)
            if isinstance(program.values[variable], Integers):
                found.append(NumericalVotes(variable, rows[0]))
            else:
                found.append(CategoricalVotes(variable, rows))
        if largest >= EXACT_SUM:
            return None
        changed = with_votes(program, found)
        return prune(with_shifted_rows(changed, bias) or with_bias(changed, bias) or changed)


class Fitter:
    """Fits votes to rows.

    Args:
        rows: what the votes must answer.
        labels: the number of labels.
        masked: labels that cannot win.
        allowed: how many places may be missed.
        deadline: when to give up, as `time.monotonic` counts.
    """

    def __init__(
        self,
        rows: VoteRows,
        labels: int,
        masked: Sequence[int],
        allowed: int,
        deadline: float | None = None,
    ) -> None:
        self.rows = rows
        self.allowed = allowed
        self.deadline = deadline
        self.labels = labels
        self.eligible = np.array([n for n in range(labels) if n not in set(masked)])
        number = np.full(labels + 1, -1)
        number[self.eligible] = np.arange(len(self.eligible))
        self.wanted = number[rows.labels]
        self.scales = np.maximum(1, rows.values.max(axis=0, initial=0))
        # The first row of weights of each variable; row 0 is the bias.
        self.offsets = np.cumsum([1, *(size or 1 for size in rows.sizes)]).tolist()
        random = np.random.default_rng(0)
        self.work = np.sort(random.permutation(len(rows.labels))[:BEGIN])
        self.sample = np.sort(random.permutation(len(rows.labels))[:LOGISTIC_ROWS])
        self.last: Floats = np.zeros((self.offsets[-1], len(self.eligible)))

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.deadline is not None and monotonic() > self.deadline

    def fit(self, variables: Sequence[int], decay: float = DECAY) -> FittedVotes | None:
        """Return votes of some variables that miss no more than is allowed; None where none were found."""
        if self.rows.mistakes_at_least(variables) > self.allowed:
            return None
        kept = np.zeros(self.offsets[-1], dtype=np.bool_)
        kept[0] = True
        for variable in variables:
            kept[self.offsets[variable] : self.offsets[variable + 1]] = True
        start = np.where(kept[:, None], self.last, 0.0)
        if self.allowed == 0:
            found = self._separate(variables, start, decay)
        else:
            found = self._logistic(variables, start)
        if found is None:
            return None
        self.last = found
        return self._votes(variables, found)

    def start_from(self, program: Program) -> None:
        """Begin the next fit with a Program's own votes, scaled to a margin of about 1."""
        found = np.zeros_like(self.last)
        for vote in program.classifier.votes:
            weights = np.array(vote.weights, dtype=np.float64)[..., self.eligible]
            start, end = self.offsets[vote.variable], self.offsets[vote.variable + 1]
            if isinstance(vote, CategoricalVotes):
                found[start:end] = weights - weights.mean(axis=1, keepdims=True)
            elif isinstance(program.variables[vote.variable], Ones):
                found[0] += weights - weights.mean()
            else:
                found[start] = (weights - weights.mean()) * self.scales[vote.variable]
        size = float(np.abs(found).max(initial=0.0))
        if size:
            typical = float(np.quantile(self.margins(found), QUANTILE))
            found = found / (typical if typical > size * SMALLEST else size / LARGEST)
        self.last = found

    def margins(self, weights: Floats) -> Floats:
        """Return for every row by how much the wanted label wins, below 0 where it loses."""
        every = np.arange(len(self.rows.labels))
        return _Rows(self, range(len(self.rows.sizes)), every).margins(weights)

    def _separate(self, variables: Sequence[int], weights: Floats, decay: float) -> Floats | None:
        """Return weights that win on every row, by fitting those rows where the last ones did not."""
        random = np.random.default_rng(1)
        for _ in range(ROUNDS):
            if self.over:
                return None
            weights = self._descend(variables, self.work, weights, decay)
            if self._missed(variables, weights, self.work).size:
                return None
            missed = self._missed(variables, weights, None, 4 * ADD)
            if not missed.size:
                return weights
            new = missed[random.permutation(len(missed))[:ADD]]
            self.work = np.unique(np.concatenate([self.work, new]))
        return None

    def _logistic(self, variables: Sequence[int], weights: Floats) -> Floats | None:
        """Return weights that miss no more places than is allowed, by logistic fits to a fixed sample of the rows."""
        best: int | None = None
        for _ in range(3):
            weights = self._descend(variables, self.sample, weights, DECAY)
            missed = self._count(variables, weights)
            if missed <= self.allowed:
                return weights
            if self.over or (best is not None and best - missed < max(1, self.allowed // 50)):
                return None
            best = missed
        return None

    def _descend(
        self, variables: Sequence[int], chosen: IntArray, weights: Floats, decay: float
    ) -> Floats:
        """Return weights after a descent of the loss on some rows."""
        rows = _Rows(self, variables, chosen)
        counts = self.rows.counts[chosen].astype(np.float64)
        share = counts / counts.sum()
        loss = entropy if self.allowed else hinge
        shape = weights.shape
        steps = 0

        def value(flat: Floats) -> tuple[float, Floats]:
            own = flat.reshape(shape)
            slope = decay * own
            lost = loss(rows.columns, rows.amounts, rows.wanted, share, own, slope)
            return lost + decay * float((own * own).sum()) / 2, slope.ravel()

        def after_step(flat: Floats) -> None:
            nonlocal steps
            steps += 1
            if self.over:
                raise StopIteration
            if self.allowed or steps % LOOK_EVERY:
                return
            won = rows.margins(flat.reshape(shape))
            hopeless = steps >= HOPELESS_AFTER and int((won <= 0).sum()) > HOPELESS_ROWS
            if hopeless or (decay <= DECAY and float(won.min(initial=1.0)) > EASY):
                raise StopIteration

        return least_loss(value, weights.ravel(), DESCENT, after_step).reshape(shape)

    def _missed(
        self,
        variables: Sequence[int],
        weights: Floats,
        chosen: IntArray | None,
        most: int | None = None,
    ) -> IntArray:
        """Return rows where the wanted label does not win clearly; it stops looking beyond `most`."""
        every = np.arange(len(self.rows.labels)) if chosen is None else chosen
        found: list[IntArray] = []
        for start in range(0, len(every), CHUNK):
            part = every[start : start + CHUNK]
            won = _Rows(self, variables, part).margins(weights)
            found.append(part[won < CLEAR])
            if most is not None and sum(map(len, found)) > most:
                break
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _count(self, variables: Sequence[int], weights: Floats) -> int:
        """Return how many places are missed."""
        missed = 0
        for start in range(0, len(self.rows.labels), CHUNK):
            part = np.arange(start, min(start + CHUNK, len(self.rows.labels)))
            won = _Rows(self, variables, part).margins(weights)
            missed += int(self.rows.counts[part][won <= 0].sum())
        return missed

    def _votes(self, variables: Sequence[int], weights: Floats) -> FittedVotes:
        parts = []
        for variable in variables:
            own = np.zeros((self.offsets[variable + 1] - self.offsets[variable], self.labels))
            own[:, self.eligible] = weights[self.offsets[variable] : self.offsets[variable + 1]]
            parts.append(own if self.rows.sizes[variable] else own / self.scales[variable])
        bias = np.zeros(self.labels)
        bias[self.eligible] = weights[0]
        return FittedVotes(tuple(variables), tuple(parts), bias)


class _Rows:
    """Some rows as the kernels of `losses` read them: one feature for each of some variables."""

    def __init__(self, fitter: Fitter, variables: Sequence[int], chosen: IntArray) -> None:
        rows, kept = fitter.rows, list(variables)
        own = rows.values[chosen][:, kept]
        starts = np.array([fitter.offsets[variable] for variable in kept], dtype=np.int32)
        numbers = np.array([rows.sizes[variable] == 0 for variable in kept], dtype=np.bool_)
        columns = np.where(numbers, starts, starts + own).astype(np.int32)
        amounts: npt.NDArray[np.float64] = np.where(numbers, own / fitter.scales[kept], 1.0)
        self.columns = np.ascontiguousarray(columns)
        self.amounts = np.ascontiguousarray(amounts)
        self.wanted = np.ascontiguousarray(fitter.wanted[chosen])

    def margins(self, weights: Floats) -> Floats:
        """Return for every row by how much the wanted label wins, below 0 where it loses."""
        found = np.empty(len(self.wanted))
        margins(self.columns, self.amounts, self.wanted, weights, found)
        return found


def refitted(program: Program, sample: ManyPrograms, allowed: int) -> Program | None:
    """Return the Program with votes that miss at most `allowed` wanted labels of a sample; None where none were found.

    Every variable may vote, since all are computed anyway.

    Args:
        program: a pruned Program whose outputs are not pooled.
        sample: the inputs and what is wanted there.
        allowed: how many wanted labels may be missed.
    """
    if program.classifier.pooled or any(isinstance(found, Naturals) for found in program.values):
        return None
    if not program.variables:
        return None
    rows = rows_of(program, sample)
    variables = [n for n, found in enumerate(program.variables) if not isinstance(found, Ones)]
    if not variables or not len(rows.labels) or rows.mistakes_at_least(variables) > allowed:
        return None
    fitter = Fitter(
        rows,
        len(program.classifier.labels),
        program.classifier.masked,
        allowed,
        monotonic() + SECONDS,
    )
    fitter.start_from(program)
    votes = fitter.fit(variables)
    if votes is None:
        return None
    for scale in SCALES:
        changed = votes.rounded(program, scale)
        if changed is None:
            return None
        if sample.mistakes(changed, allowed) <= allowed:
            return changed
    return None
