"""Learning votes for given variables. Owns the fit and its rounding; refuses to choose variables.

Where no mistake is allowed the votes must win everywhere, so a squared hinge loss is driven to 0 on a growing set of
rows; where some are allowed, a logistic loss is made small. Rounded votes are checked on every row in exact arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from tprog.analysis.simplify.losses import Floats, Ints, entropy, hinge, margins
from tprog.analysis.simplify.rows import Rows
from tprog.evaluate.inputs import IntArray

# Rows that the fit begins with, and that each round adds.
BEGIN = 3000
ADD = 1500
ROUNDS = 12
# Rows that a fit with allowed mistakes looks at.
LOGISTIC_ROWS = 20_000
ITERATIONS = 150
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


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Fitted votes, not yet rounded.

    Attributes:
        variables: the variables that vote.
        weights: for each `(values, labels)`; numerical: `(1, labels)` per unit.
        bias: `(labels,)`.
    """

    variables: tuple[int, ...]
    weights: tuple[Floats, ...]
    bias: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Rows as the kernels read them; see `tprog.analysis.simplify.losses`."""

    columns: Ints
    amounts: Floats
    wanted: IntArray

    def margins(self, weights: Floats) -> Floats:
        """Return for every row by how much the wanted label wins, below 0 where it loses."""
        found = np.empty(len(self.wanted))
        margins(self.columns, self.amounts, self.wanted, weights, found)
        return found


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
        rows: Rows,
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
        offsets = [1]
        for size in rows.sizes:
            offsets.append(offsets[-1] + (size or 1))
        self.offsets = offsets
        random = np.random.default_rng(0)
        self.work = np.sort(random.permutation(len(rows.labels))[:BEGIN])
        self.sample = np.sort(random.permutation(len(rows.labels))[:LOGISTIC_ROWS])
        self.last: Floats = np.zeros((offsets[-1], len(self.eligible)))

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.deadline is not None and monotonic() > self.deadline

    def fit(self, variables: Sequence[int], decay: float = DECAY) -> Votes | None:
        """Return votes of some variables that miss no more than is allowed; None where none were found."""
        if self.rows.mistakes_at_least(variables) > self.allowed:
            return None
        found = self._separate(variables, decay) if self.allowed == 0 else self._logistic(variables)
        if found is None:
            return None
        self.last = found
        return self._votes(variables, found)

    def _separate(self, variables: Sequence[int], decay: float) -> Floats | None:
        """Return weights that win on every row, by fitting those rows where the last ones did not."""
        kept = self._kept(variables)
        weights = np.where(kept[:, None], self.last, 0.0)
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

    def _logistic(self, variables: Sequence[int]) -> Floats | None:
        kept = self._kept(variables)
        weights = np.where(kept[:, None], self.last, 0.0)
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

    def _kept(self, variables: Sequence[int]) -> npt.NDArray[np.bool_]:
        kept = np.zeros(self.offsets[-1], dtype=np.bool_)
        kept[0] = True
        for variable in variables:
            kept[self.offsets[variable] : self.offsets[variable + 1]] = True
        return kept

    def features(self, variables: Sequence[int], chosen: IntArray) -> "Features":
        """Return the features of some rows: one for each value of a variable, one for each numerical variable."""
        own = self.rows.values[chosen][:, list(variables)]
        starts = np.array([self.offsets[variable] for variable in variables], dtype=np.int32)
        numbers = np.array(
            [self.rows.sizes[variable] == 0 for variable in variables], dtype=np.bool_
        )
        scales = self.scales[list(variables)]
        columns = np.where(numbers, starts, starts + own).astype(np.int32)
        return Features(
            np.ascontiguousarray(columns),
            np.ascontiguousarray(np.where(numbers, own / scales, 1.0)),
            np.ascontiguousarray(self.wanted[chosen]),
        )

    def _descend(
        self,
        variables: Sequence[int],
        chosen: IntArray,
        weights: Floats,
        decay: float,
    ) -> Floats:
        """Return weights after a descent of the loss on some rows."""
        rows = self.features(variables, chosen)
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

        def done(flat: Floats) -> None:
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

        result = minimize(
            value,
            weights.ravel(),
            jac=True,
            method="L-BFGS-B",
            callback=done,
            options={"maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS, "maxcor": 15},
        )
        found: Floats = result.x.reshape(shape)
        return found

    def _missed(
        self,
        variables: Sequence[int],
        weights: Floats,
        chosen: IntArray | None,
        most: int | None = None,
    ) -> IntArray:
        """Return rows where the wanted label does not win clearly."""
        every = np.arange(len(self.rows.labels)) if chosen is None else chosen
        found: list[IntArray] = []
        for start in range(0, len(every), CHUNK):
            part = every[start : start + CHUNK]
            won = self.features(variables, part).margins(weights)
            found.append(part[won < CLEAR])
            if most is not None and sum(map(len, found)) > most:
                break
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def margins(self, weights: Floats) -> Floats:
        """Return for every row by how much the wanted label wins, below 0 where it loses."""
        every = np.arange(len(self.rows.labels))
        return self.features(range(len(self.rows.sizes)), every).margins(weights)

    def _count(self, variables: Sequence[int], weights: Floats) -> int:
        """Return how many places are missed."""
        missed = 0
        for start in range(0, len(self.rows.labels), CHUNK):
            part = np.arange(start, min(start + CHUNK, len(self.rows.labels)))
            won = self.features(variables, part).margins(weights)
            missed += int(self.rows.counts[part][won <= 0].sum())
        return missed

    def _votes(self, variables: Sequence[int], weights: Floats) -> Votes:
        parts = []
        for variable in variables:
            own = np.zeros((self.offsets[variable + 1] - self.offsets[variable], self.labels))
            own[:, self.eligible] = weights[self.offsets[variable] : self.offsets[variable + 1]]
            parts.append(own if self.rows.sizes[variable] else own / self.scales[variable])
        bias = np.zeros(self.labels)
        bias[self.eligible] = weights[0]
        return Votes(tuple(variables), tuple(parts), bias)
