"""Judging changes by counterexample-guided trials: on a sample first, then on all inputs.

A change that a pass proposes is tried on some hundred inputs, then on some thousand. At the end of the pass everything that it
changed is checked on all inputs; inputs that show a mistake join the sample, and the pass is taken back as far as they
demand.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeAlias

import numpy as np

from tprog.analysis.simplify.demand import Demand, Place
from tprog.analysis.simplify.pruning import prune
from tprog.analysis.simplify.vote_fit import refitted
from tprog.evaluate import Batch, Evaluator
from tprog.evaluate.attention import Array
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.many_programs import ManyPrograms
from tprog.ir import Program

ShouldStop: TypeAlias = Callable[[], bool]

# Inputs of the quick and of the thorough sample.
QUICK = 160
THOROUGH = 1500
# For a contract that allows mistakes, rates must be estimated.
RATE_QUICK = 1000
RATE_THOROUGH = 5000
# Inputs with the least difference between the two best sums join the sample.
CLOSE = 300
CLOSE_REFIT = 1200
# Inputs that are looked at for that.
LOOKED_AT = 80_000
# The quick sample may show this many times the allowed mistakes.
SLACK = 3
# New inputs for each mistake that the whole check finds, and rounds of taking back.
COUNTEREXAMPLES = 60
ROUNDS = 12


class Acceptance:
    """The sample, and what was accepted on it since everything was last checked.

    Args:
        program: the Program that is simplified; it holds the demand.
        demand: what its successors must answer.
        seconds: after so many seconds no more changes are accepted.
        seed: of the sample.
        should_stop: asked before each trial; no more changes are accepted once it says so.

    Attributes:
        sample: the inputs of the thorough trial.
        allowed: how many wanted labels of these may be missed.
        refitting: whether a change may come with other votes.
    """

    def __init__(
        self,
        program: Program,
        demand: Demand,
        seconds: float | None = None,
        seed: int = 0,
        should_stop: ShouldStop | None = None,
    ) -> None:
        self.demand = demand
        self.deadline = None if seconds is None else monotonic() + seconds
        self.refitting = False
        self._should_stop, self._seed, self._program = should_stop, seed, program
        self._history = [program]
        rates = demand.allowed > 0
        sizes = (RATE_QUICK, RATE_THOROUGH) if rates else (QUICK, THOROUGH)
        order = np.random.default_rng(seed).permutation(demand.count).tolist()
        starts = np.cumsum([0, *(len(batch) for batch, _ in demand.inputs)])

        def located(numbers: Sequence[int]) -> list[Place]:
            batches = np.searchsorted(starts, numbers, side="right") - 1
            return [(int(b), int(n - starts[b])) for b, n in zip(batches, numbers, strict=True)]

        self._quick_places = located(order[: sizes[0]])
        self._thorough_places = located(order[: sizes[1]])
        if not rates and len(self._thorough_places) < demand.count:
            self._thorough_places += _closest(program, demand, CLOSE)
        known = range(len(demand.inputs) - demand.known, len(demand.inputs))
        self._found = [
            (number, row) for number in known for row in range(len(demand.inputs[number][0]))
        ]
        self._close: list[Place] = []
        self._rebuild()

    @property
    def over(self) -> bool:
        """Whether the time is up, or somebody wants to stop."""
        if self._should_stop is not None and self._should_stop():
            return True
        return self.deadline is not None and monotonic() > self.deadline

    @property
    def whole(self) -> bool:
        """Whether the thorough sample is everything."""
        return self.sample.inputs >= self.demand.count

    def columns(self, program: Program) -> list[list[Array]]:
        """Return for each length of the thorough sample the `(positions, inputs)` array of every variable."""
        return self.sample.columns(program)

    def begin(self, program: Program, refitting: bool = False) -> None:
        """Begin a pass at a checked Program that holds the demand.

        Where a change may come with other votes, the inputs where this Program's labels win by the least join the sample:
        they are what other votes would miss first.
        """
        self._history = [program]
        self.refitting = refitting
        if refitting and not self.demand.allowed and not self.whole:
            self._close = _closest(program, self.demand, CLOSE_REFIT)
            self._rebuild()

    def accepts(self, program: Program) -> bool:
        """Tell whether the sample shows nothing against a Program; it then becomes the current one."""
        if self.over:
            return False
        quick, thorough = self._quick_allowed, self.allowed
        if (
            self._quick.mistakes(program, quick) > quick
            or self.sample.mistakes(program, thorough) > thorough
        ):
            return False
        self._history.append(program)
        return True

    def accepted(self, program: Program, worth: bool = True) -> Program | None:
        """Return a Program that the sample shows nothing against: this one, or the same with other votes.

        It then becomes the current one. Votes are fitted only where `refitting` is set, and where the change is worth it.
        """
        if self.accepts(program):
            return program
        if not self.refitting or not worth or self.over:
            return None
        changed = refitted(prune(program), self.sample, self.allowed)
        return changed if changed is not None and self.accepts(changed) else None

    def mark(self) -> int:
        """Return a mark of what is accepted so far."""
        return len(self._history)

    def back(self, mark: int) -> None:
        """Take back what was accepted since a mark."""
        del self._history[mark:]

    def settle(self) -> Program:
        """Return the last accepted Program that holds on all inputs."""
        for _ in range(ROUNDS):
            if len(self._history) == 1:
                break
            program = self._history[-1]
            if self.demand.holds(program):
                self._history = [program]
                return program
            if self.demand.allowed:
                # A rate is not shown by single inputs.
                self._history = self._halved()
                continue
            self._learn(program)
            self._back_up()
        else:
            self._history = self._halved()
        return self._history[-1]

    def _back_up(self) -> None:
        """Shorten the history to the last Program that the sample shows nothing against, with other votes if need be."""
        last = self._with_votes(self._history[-1])
        if last is not None:
            self._history[-1] = last
            return
        keep, low, high = 0, 0, len(self._history) - 2
        while low <= high:
            middle = (low + high) // 2
            found = self._with_votes(self._history[middle])
            if found is not None:
                self._history[middle] = found
                keep, low = middle, middle + 1
            else:
                high = middle - 1
        del self._history[keep + 1 :]

    def _with_votes(self, program: Program) -> Program | None:
        if self.sample.mistakes(program, self.allowed) <= self.allowed:
            return program
        return refitted(prune(program), self.sample, self.allowed) if self.refitting else None

    def _learn(self, program: Program) -> None:
        """Add counterexamples to a Program to the sample."""
        found = self.demand.counterexamples(program, 20 * COUNTEREXAMPLES)
        known = {*self._thorough_places, *self._found, *self._close}
        new = [place for place in found if place not in known]
        random = np.random.default_rng(self._seed + len(self._found))
        chosen = random.permutation(len(new))[:COUNTEREXAMPLES].tolist()
        self._found += [new[number] for number in sorted(chosen)]
        self._rebuild()

    def _halved(self) -> list[Program]:
        """Return the history up to its last Program that holds, by bisection on all inputs."""
        low, high = 0, len(self._history) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.demand.holds(self._history[middle]):
                low = middle
            else:
                high = middle
        return self._history[: low + 1]

    def _rebuild(self) -> None:
        demand = self.demand
        quick = dict.fromkeys([*self._quick_places, *self._found[-QUICK:]])
        thorough = dict.fromkeys([*self._thorough_places, *self._found, *self._close])
        self._quick = ManyPrograms(self._program, self._taken(quick))
        self.sample = ManyPrograms(self._program, self._taken(thorough))
        rate = demand.allowed / max(demand.wanted, 1)
        self._quick_allowed = int(SLACK * rate * self._quick.demanded)
        self.allowed = int(rate * self.sample.demanded)
        if demand.allowed and self.whole:
            self.allowed = demand.allowed

    def _taken(self, places: dict[Place, None]) -> list[tuple[Batch, IntArray]]:
        """Return inputs by place, one batch for each length."""
        found: dict[tuple[tuple[str, ...], int], list[tuple[Batch, IntArray]]] = {}
        for batch, wanted in self.demand.picked(sorted(places)):
            key = (batch.words, batch.indices.shape[1])
            found.setdefault(key, []).append((batch, wanted.astype(np.int64)))
        return [
            (
                Batch(words, np.concatenate([batch.indices for batch, _ in parts])),
                np.concatenate([wanted for _, wanted in parts]),
            )
            for (words, _), parts in found.items()
        ]


def _closest(program: Program, demand: Demand, most: int) -> list[Place]:
    """Return the inputs where the best label wins by the least, of all or of some ten thousand."""
    evaluator = Evaluator(program)
    masked = set(program.classifier.masked)
    labels = [n for n in range(len(program.classifier.labels)) if n not in masked]
    if len(labels) < 2:
        return []
    places: list[Place] = []
    margins: list[IntArray] = []
    every = np.random.default_rng(0).permutation(len(demand.inputs)).tolist()
    for number in every:
        if len(places) >= LOOKED_AT:
            break
        batch, wanted = demand.inputs[number]
        sums = evaluator.evaluate(batch).sums[..., labels]
        best = np.partition(sums, len(labels) - 2, axis=-1)[..., -2:]
        margin = np.where(wanted >= 0, best[..., 1] - best[..., 0], np.iinfo(np.int64).max)
        margins.append(margin if margin.ndim == 1 else margin.min(axis=1))
        places += [(number, row) for row in range(len(batch))]
    order = np.argsort(np.concatenate(margins), kind="stable")[:most]
    return [places[place] for place in order.tolist()]
