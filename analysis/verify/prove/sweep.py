"""Variables of one Program that follow from those of another. Owns guesses from a sample, and what is made of proved ones.

A solver proves two large formulas equal most easily step by step: where it can show that a variable of the one is a function
of a variable of the other, everything above is built on what both share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from tprog.analysis.measure.predictors import reframe
from tprog.analysis.verify.prove.cases import Bit, all_of, any_of, negation, settled
from tprog.analysis.verify.prove.encode import Encoding
from tprog.evaluate import Evaluator, sample_inputs
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import Program, Value

# By key and position: the key of what it follows from, and the function.
Explained: TypeAlias = dict[tuple[str, int], tuple[str, Mapping[Value, Value]]]

SAMPLES = 400
# Positions of one variable at which a guess fails before the rest is left.
FAILURES = 2


@dataclass(frozen=True, slots=True)
class Guess:
    """A variable that was always a function of one of the other Program.

    Attributes:
        variable: of the one.
        source: of the other.
        function: from values of the other to values of the one.
    """

    variable: int
    source: int
    function: Mapping[Value, Value]


def guesses(
    one: Program, other: Program, length: int, shared: Sequence[bool], seed: int = 0
) -> list[Guess]:
    """Return guesses from random inputs of a length, in the order of the variables.

    Args:
        one: whose variables are to be explained.
        other: framed alike, with the same symbols.
        length: the number of data symbols.
        shared: for each variable of `one` whether it needs no guess.
        seed: of the sample.
    """
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
            found.append(Guess(number, source, _function(one, other, number, source, pairs)))
    return found


def _function(
    one: Program, other: Program, number: int, source: int, pairs: IntArray
) -> dict[Value, Value]:
    return {
        value_at(other, source, int(entry)): value_at(one, number, int(result))
        for entry, result in pairs.T
    }


def sweep(
    encodings: Sequence[Encoding], found: Sequence[Guess], impossible: Callable[[Bit], bool]
) -> Explained:
    """Encode variables of the first Program by those of the second where that is proved; return what was.

    Args:
        encodings: of both Programs, which share what they know.
        found: guesses, in the order of the variables.
        impossible: whether no input makes a bit true; False where that is not found out.
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
