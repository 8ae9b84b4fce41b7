"""One start of a search: modules are re-derived and annealed, then the classifier is fitted, round after round."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.evaluate import numerical_bounds
from tprog.ir import Program
from tprog.learn.fit import coarsest
from tprog.learn.search.anneal import CAUTION, Rates, anneal, make_undo
from tprog.learn.search.arrays import Board, Slots, Votes
from tprog.learn.search.classifier import (
    classifier_of,
    fit_votes,
    integer_votes,
    origin_votes,
    scored_of,
)
from tprog.learn.search.examples import LANES, Examples, make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.rederive import Rederiver
from tprog.learn.search.skeleton import Skeleton
from tprog.learn.settings import SearchSettings

SEED_STEP = 1_000_003
"""A prime: the rounds of different starts get different seeds."""
LAST_PENALTY = 10
"""The penalty of the last fit of the classifier is that of the others, divided by this."""
RESOLUTIONS = (4.0, 8.0, 16.0, 32.0, 64.0, 256.0, 1024.0, 8192.0, 65536.0)
"""Votes per nat that are tried in turn until rounding loses no validation accuracy."""


@dataclass(frozen=True, eq=False)
class Found:
    """Parameters with their accuracies.

    Attributes:
        slots: the modules.
        votes: the classifier.
        validation: right predictions on validation data, a share.
        train: the same on training data.
    """

    slots: Slots
    votes: Votes
    validation: float
    train: float

    @property
    def rank(self) -> tuple[float, float]:
        """What is compared: validation accuracy, then training accuracy."""
        return self.validation, self.train

    @property
    def perfect(self) -> bool:
        """Whether no prediction is wrong."""
        return self.validation == 1 and self.train == 1


@dataclass(frozen=True, eq=False)
class ClimbState:
    """Everything that changes in one start; random numbers have no state, since each round has a seed of its own.

    Attributes:
        round: rounds done.
        loss: mean cross-entropy on the last window, in nats.
        now: the modules and the classifier as they are, and what was last measured.
        best: the best that was found so far.
    """

    round: int
    loss: float
    now: Found
    best: Found


class Climb:
    """One start: see `ClimbState` for what it holds, and `heat` is the temperature of its last round."""

    def __init__(
        self,
        program: Program,
        train: Examples,
        validation: Examples,
        settings: SearchSettings,
        seed: int,
        state: ClimbState | None = None,
    ) -> None:
        """Make the boards and fit the classifier; the Program's own votes are kept where they are better.

        Args:
            program: where to start.
            train: what to learn.
            validation: what to choose by.
            settings: of the search.
            seed: of all random numbers.
            state: what `state` returned in an earlier climb with equal arguments, to be gone on with.

        Raises:
            UsageError: the Program or the data cannot be searched.
        """
        self.settings, self.seed = settings, seed
        self.skeleton = Skeleton.from_program(program)
        self.round, self.loss, self.heat = 0, float("nan"), 0.0
        self._train = make_board(self.skeleton, train.shuffled(seed, settings.most_sequences))
        self._validation = make_board(self.skeleton, validation)
        self.votes = origin_votes(self.skeleton)
        if state is not None:
            self._take_up(state)
            return
        compute_values(self.skeleton.slots, self._train)
        self.best = self._measure()
        self._fit(settings.fit_places, settings.fit_steps)
        self._note()

    def _take_up(self, state: ClimbState) -> None:
        self.skeleton = replace(self.skeleton, slots=state.now.slots.copied())
        self.votes, self.best, self.round = state.now.votes, state.best, state.round
        compute_values(self.skeleton.slots, self._train)
        # The sums of the next window are computed on the way.
        self._measure()
        self.loss = state.loss

    def state(self) -> ClimbState:
        """Return what a climb with equal arguments needs to go on after this round."""
        now = Found(self.skeleton.slots.copied(), self.votes, self.best.validation, self.best.train)
        return ClimbState(self.round, self.loss, now, self.best)

    @property
    def temperature(self) -> float:
        """The temperature of the next round."""
        settings = self.settings
        span = settings.cycle * settings.cooling
        done = self.round % settings.cycle
        return settings.temperature * max(0.0, 1 - done / span) if span else 0.0

    def step(self) -> Found:
        """Do one round and return what it led to."""
        settings = self.settings
        self.heat = self.temperature
        self._sweep()
        slots, rates = self.skeleton.slots, Rates.of(settings)
        anneal(
            *(slots, self.votes, self._train, *self._window(), make_undo(slots), rates),
            *(settings.proposals, float(self.temperature)),
            (self.seed * SEED_STEP + self.round) % (1 << 31),
            CAUTION,
        )
        self.round += 1
        compute_values(self.skeleton.slots, self._train)
        self._fit(settings.fit_places, settings.fit_steps)
        return self._note()

    def finish(self) -> tuple[Program, Found]:
        """Fit the best's classifier at length, round its votes and return the Program with its accuracies."""
        settings = self.settings
        self.skeleton = replace(self.skeleton, slots=self.best.slots.copied())
        self.votes = self.best.votes
        compute_values(self.skeleton.slots, self._train)
        candidates = [self._rounded()]
        self._fit(settings.last_places, settings.last_steps, settings.l2 / LAST_PENALTY)
        candidates.append(self._rounded())
        best = max(candidates, key=lambda found: found.rank)
        skeleton = self.skeleton
        return skeleton.to_program(classifier_of(skeleton, best.votes)), best

    def _sweep(self) -> None:
        """Re-derive a share of the modules, in a random order."""
        settings, slots = self.settings, self.skeleton.slots
        random = np.random.default_rng((self.seed, self.round))
        rederiver = Rederiver(
            slots,
            self._train,
            self._window(),
            sample=max(1, settings.cost_sequences // LANES),
            tries=settings.tries,
            sets=settings.sets,
            causal=settings.causal_heads,
        )
        count = round(settings.sweep * len(slots.modules))
        for module in random.permutation(len(slots.modules))[:count]:
            rederiver.replace(self.votes, int(module), self.temperature, random)

    def _window(self) -> tuple[int, int]:
        """Return the blocks of this round: the first and the one after the last."""
        blocks = self._train.valid.shape[0]
        size = max(1, self.settings.window // LANES)
        # The last block may be short of examples; whole windows leave it out.
        windows = max(1, blocks // size)
        start = (self.round % windows) * size
        return start, min(start + size, blocks)

    def _fit(self, places: int, steps: int, l2: float | None = None) -> None:
        scored = scored_of(self._train, places, self.seed)
        penalty = self.settings.l2 if l2 is None else l2
        self.votes = fit_votes(scored, self.votes, len(self.skeleton.labels), penalty, steps)

    def _note(self) -> Found:
        """Measure the present state and keep it where it is the best so far."""
        found = self._measure()
        if found.rank >= self.best.rank:
            self.best = found
        return found

    def _measure(self, whole: bool = False) -> Found:
        """Return the accuracies; that of training on the next window alone, unless `whole` or it is perfect."""
        skeleton = self.skeleton
        compute_values(skeleton.slots, self._validation)
        validation = _accuracy(self._validation, self.votes, _all(self._validation))[1]
        window = _all(self._train) if whole else self._window()
        self.loss, train = _accuracy(self._train, self.votes, window)
        if train == 1 and validation == 1:
            train = _accuracy(self._train, self.votes, _all(self._train))[1]
        return Found(skeleton.slots.copied(), self.votes, validation, train)

    def _rounded(self) -> Found:
        """Return the present state with integer votes: the coarsest that lose no validation accuracy."""
        exact, votes = self._measure(whole=True), self.votes
        bounds = numerical_bounds(self.skeleton.to_program())
        greatest = np.array([float(bounds[n] or 0) for n in self.skeleton.num])

        def rounded() -> Iterator[Found]:
            for resolution in RESOLUTIONS:
                self.votes = integer_votes(votes, greatest, resolution)
                yield self._measure(whole=True)

        best = coarsest(rounded(), lambda found: found.rank, lambda rank: rank >= exact.rank)
        self.votes = votes
        return best


def _all(board: Board) -> tuple[int, int]:
    return 0, board.valid.shape[0]


def _accuracy(board: Board, votes: Votes, blocks: tuple[int, int]) -> tuple[float, float]:
    """Return the mean loss and the share of right predictions in some blocks."""
    loss, right = compute_sums(board, votes, *blocks)
    total = max(1.0, float(board.weight[slice(*blocks)].sum()))
    return loss / total, right / total
