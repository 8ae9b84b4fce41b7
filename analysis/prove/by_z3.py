"""The proof by z3: no input of any length is labelled differently.

For each length and each position z3 is asked for an input on which two Programs differ there; what it answers is run by the
scalar interpreter before anyone hears of it. A question that takes long is split (SAT sweeping): variables of the one are
proved to be functions of variables of the other first, and everything above is built on what both share.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import z3

from tprog.analysis.measure.predictors import reframe
from tprog.analysis.prove.by_rewriting import Ballot, at_place, ballot, meaning_keys
from tprog.analysis.prove.encode import Encoding
from tprog.analysis.prove.formulas import (
    Bit,
    Cases,
    Held,
    all_of,
    any_of,
    differing,
    negation,
    scored_at,
    settled,
)
from tprog.analysis.verify.verdict import Outcome
from tprog.evaluate import Evaluator, sample_inputs
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import Domain, Program, Value

# Seconds for a question before steps in between are tried, and for each of these.
PATIENCE = 3.0
MOMENT = 1.0


@dataclass(frozen=True, slots=True)
class SolverResult:
    """What a solver found.

    Attributes:
        outcome: `equal` on every input of the lengths; `different` somewhere; `unknown` where the time was up.
        done: the greatest length up to which no input differs; None where that is none.
        seconds: how long it took.
        tokens: the shortest input that differs; None where there is none.
    """

    outcome: Outcome
    done: int | None
    seconds: float
    tokens: tuple[str, ...] | None = None


class _TimeUp(Exception):
    pass


def prove(one: Program, other: Program, lengths: tuple[int, int], seconds: float) -> SolverResult:
    """Ask z3 for an input on which two Programs differ, up to the greatest of the given lengths.

    Args:
        one: what is checked; its vocabulary is closed and holds the same symbols as the other's.
        other: the reference, whose scored positions count.
        lengths: the least and greatest number of data symbols, which both are defined on.
        seconds: when to stop.
    """
    began = monotonic()
    asking = _Asking(one, other, began + seconds)
    least, most = lengths
    # Where labels depend on the past alone, shorter inputs are beginnings of the longest.
    past = one.causal and other.causal and one.domain.suffix is None and other.domain.suffix is None
    done = None
    outcome: Outcome = "equal"
    tokens = None
    try:
        for length in [most] if past else range(least, most + 1):
            tokens = asking.counterexample(length)
            if tokens is not None:
                outcome = "different"
                tokens = (
                    tokens[: max(least, _first_difference(one, other, tokens) + 1)]
                    if past
                    else tokens
                )
                assert _first_difference(one, other, tokens) < len(tokens)
                break
            done = length
    except _TimeUp:
        outcome = "unknown"
    return SolverResult(outcome, done, monotonic() - began, tokens)


def provable(one: Program, other: Program) -> bool:
    """Tell whether the solver can be asked: a closed vocabulary, and labels of the same shape."""
    return (
        one.domain.unknown is None
        and other.domain.unknown is None
        and one.classifier.pooled == other.classifier.pooled
    )


def _first_difference(one: Program, other: Program, tokens: Sequence[str]) -> int:
    """Return the first data position at which labels differ that count; the number of positions where none does."""
    given = []
    for program in (one, other):
        predictions = interpret(program, program.domain.frame(tokens)).predictions
        if program.classifier.pooled:
            given.append(predictions)
            continue
        given.append(predictions[program.domain.data_slice(len(predictions))])
    scored = other.domain.scored
    for place, (got, wanted) in enumerate(zip(*given, strict=True)):
        counts = other.classifier.pooled or scored is None or tokens[place] in scored
        if got != wanted and counts:
            return place
    return len(tokens)


class _Asking:
    """Questions on two Programs."""

    def __init__(self, one: Program, other: Program, deadline: float) -> None:
        self.programs, self.deadline = (one, other), deadline
        self.keys = (meaning_keys(one), meaning_keys(other))
        self.explained: Explained = {}
        self.ballots = (ballot(one, self.keys[0]), ballot(other, self.keys[1]))

    def tick(self) -> None:
        if monotonic() > self.deadline:
            raise _TimeUp

    def counterexample(self, length: int) -> tuple[str, ...] | None:
        """Return an input of a length on which both differ, as early as it can be; None where there is none.

        Raises:
            _TimeUp: before it is known.
        """
        other = self.programs[1]
        symbols = other.domain.symbols
        data, rules = symbol_cases(symbols, length)
        encodings = self._encodings(data)
        swept, self.explained = False, {}
        solver = z3.SolverFor("QF_FD")
        solver.add(*rules)
        for places, counts in self._places(length, data):
            bit = self._differing(encodings, places, counts)
            answer = self._answer(solver, bit, None if swept else PATIENCE)
            if answer == z3.unknown and not swept:
                encodings, swept = self._swept(solver, data, length), True
                bit = self._differing(encodings, places, counts)
                answer = self._answer(solver, bit, None)
            if answer == z3.unknown:
                raise _TimeUp
            if answer == z3.sat:
                model = solver.model()
                return tuple(
                    next(symbol for symbol in symbols if _holds(model, cases[symbol]))
                    for cases in data
                )
            if bit is not False:
                solver.add(z3.Not(bit))
        return None

    def _differing(
        self, encodings: Sequence[Encoding], places: Sequence[Sequence[int]], counts: Bit
    ) -> Bit:
        held = self._held(encodings)
        ballots = self.ballots
        if len(places[0]) == 1 and not ballots[0].pooled:
            ballots = (
                self._at_place(0, held[0], places[0][0]),
                self._at_place(1, held[1], places[1][0]),
            )
        return all_of((counts, differing(ballots, held, places)))

    def _at_place(self, side: int, held: Held, place: int) -> Ballot:
        def values(key: str) -> Collection[Value]:
            return held(key, place).keys()

        return at_place(self.ballots[side], values, lambda key: self.explained.get((key, place)))

    def _swept(self, solver: Any, data: Sequence[Cases], length: int) -> list[Encoding]:
        """Return encodings in which the one Program is built on the other as far as that can be proved soon."""
        encodings = self._encodings(data)
        one, other = encodings
        if one.known is not other.known:
            return encodings
        theirs = set(self.keys[1])
        shared = [key in theirs for key in self.keys[0]]
        found = guesses(*self.programs, length, shared)
        self.explained = sweep(
            encodings, found, lambda bit: self._answer(solver, bit, MOMENT) == z3.unsat
        )
        return encodings

    def _answer(self, solver: Any, bit: Bit, patience: float | None) -> Any:
        """Return whether some input makes a bit true: `sat`, `unsat`, or `unknown` where patience ends before."""
        self.tick()
        if bit is False:
            return z3.unsat
        if patience is not None and patience < 0:
            return z3.unknown
        left = self.deadline - monotonic()
        left = left if patience is None else min(left, patience)
        solver.set("timeout", max(1, int(1000 * left)))
        answer = solver.check(*([] if bit is True else [bit]))
        if answer == z3.unknown and "keyboard" in solver.reason_unknown():
            raise KeyboardInterrupt
        return answer

    def _places(self, length: int, data: Sequence[Cases]) -> list[tuple[list[list[int]], Bit]]:
        """Return which framed positions of the two decide a label, and whether that label counts."""
        starts = [int(program.domain.prefix is not None) for program in self.programs]
        if self.programs[1].classifier.pooled:
            return [([list(range(length + p.domain.frame_size)) for p in self.programs], True)]
        scored = self.programs[1].domain.scored
        return [
            ([[start + place] for start in starts], scored_at(data[place], scored))
            for place in range(length)
        ]

    def _encodings(self, data: Sequence[Cases]) -> list[Encoding]:
        one, other = (program.domain for program in self.programs)
        alike = (one.prefix, one.suffix) == (other.prefix, other.suffix)
        known: dict[tuple[str, int], Cases] = {}
        return [
            Encoding(program, framed(program.domain, data), keys, known if alike else {}, self.tick)
            for program, keys in zip(self.programs, self.keys, strict=True)
        ]

    def _held(self, encodings: Sequence[Encoding]) -> tuple[Held, Held]:
        """Return for each Program what its variables hold; where they share keys, those of the other as well."""
        one, other = (
            {key: variable for variable, key in reversed(list(enumerate(keys)))}
            for keys in self.keys
        )

        def first(key: str, position: int) -> Cases:
            if key in one:
                return encodings[0].at(one[key], position)
            return encodings[1].at(other[key], position)

        return first, lambda key, position: encodings[1].at(other[key], position)


def symbol_cases(symbols: Sequence[str], length: int) -> tuple[list[Cases], list[Bit]]:
    """Return for each data position the cases of its symbol, and what makes exactly one of them true."""
    size = max(1, (len(symbols) - 1).bit_length())
    found: list[Cases] = []
    rules: list[Bit] = []
    for place in range(length):
        bits = [z3.Bool(f"t{place}.{digit}") for digit in range(size)]
        cases: dict[Value, Bit] = {
            symbol: all_of(
                bit if number >> digit & 1 else z3.Not(bit) for digit, bit in enumerate(bits)
            )
            for number, symbol in enumerate(symbols)
        }
        if len(symbols) == 1:
            cases = {symbols[0]: True}
        elif len(symbols) != 1 << size:
            rules.append(any_of(cases.values()))
        found.append(cases)
    return found, rules


def framed(domain: Domain, data: Sequence[Cases]) -> list[Cases]:
    """Return the cases of a framed sequence."""
    prefix: list[Cases] = [] if domain.prefix is None else [{domain.prefix: True}]
    suffix: list[Cases] = [] if domain.suffix is None else [{domain.suffix: True}]
    return [*prefix, *data, *suffix]


def _holds(model: Any, bit: Bit) -> bool:
    return bit is True or z3.is_true(model.eval(bit, model_completion=True))


# By key and position: the key of what it follows from, and the function.
Explained: TypeAlias = dict[tuple[str, int], tuple[str, Mapping[Value, Value]]]

SAMPLES = 400
# Positions of one variable at which a guess fails before the rest is left.
FAILURES = 2


class FunctionGuess(NamedTuple):
    """A variable of the one Program that was always a function of `source`, one of the other's."""

    variable: int
    source: int
    function: Mapping[Value, Value]


def guesses(
    one: Program, other: Program, length: int, shared: Sequence[bool], seed: int = 0
) -> list[FunctionGuess]:
    """Return guesses on the variables of `one` from random inputs with so many data symbols; those `shared` need none."""
    longest = other.domain.max_length
    top = length if longest is None else min(length, longest)
    drawn = replace(other.domain, min_length=top, max_length=top)
    (batch,) = sample_inputs(drawn, SAMPLES, seed)
    columns = [
        Evaluator(program).evaluate(reframe(batch, other.domain, program.domain)).values
        for program in (one, other)
    ]
    found = []
    for number in range(len(one.inputs), len(one.variables)):
        if shared[number]:
            continue
        options = []
        for source, column in enumerate(columns[1]):
            pairs = np.unique(np.stack([column.ravel(), columns[0][number].ravel()]), axis=1)
            if len(np.unique(pairs[0])) == pairs.shape[1]:
                options.append((pairs.shape[1], source, pairs))
        if options:
            # The fewest values that are told apart: the closest likeness.
            _, source, pairs = min(options, key=lambda option: (option[0], -option[1]))
            function = {
                value_at(other, source, int(entry)): value_at(one, number, int(result))
                for entry, result in pairs.T
            }
            found.append(FunctionGuess(number, source, function))
    return found


def sweep(
    encodings: Sequence[Encoding], found: Sequence[FunctionGuess], impossible: Callable[[Bit], bool]
) -> Explained:
    """Encode variables of the first Program by those of the second where guesses are proved; return which were.

    `impossible` tells whether no input makes a bit true; False where that is not found out.
    """
    one, other = encodings
    explained: Explained = {}
    for guess in found:
        failures = 0
        for position in range(len(one.tokens)):
            source = other.at(guess.source, position)
            results: dict[Value, list[Any]] = {}
            for value, bit in source.items():
                if value in guess.function:
                    results.setdefault(guess.function[value], []).append(bit)
            wanted = {value: any_of(bits) for value, bits in results.items()}
            given = one.at(guess.variable, position)
            agreed = any_of(all_of((bit, given.get(value, False))) for value, bit in wanted.items())
            if impossible(negation(agreed)):
                one.known[one.keys[guess.variable], position] = settled(wanted)
                place = (one.keys[guess.variable], position)
                explained[place] = (other.keys[guess.source], guess.function)
                continue
            failures += 1
            if failures == FAILURES:
                break
    return explained
