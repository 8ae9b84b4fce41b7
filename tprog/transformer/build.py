"""From a Program to a circuit: every variable gets a subspace, and heads and neurons of the earliest block that can compute it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import prod

import numpy as np

from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    NumericalHead,
    NumericalLookup,
    Positions,
    Program,
    TextRule,
    WordTable,
)
from tprog.transformer.circuit import BOS, AttentionHead, Channel, Circuit, Neuron, Subspace, Vector
from tprog.transformer.scores import MATCHES, channels, own_rank
from tprog.transformer.survey import NoTransformer, survey

LARGEST_TABLE = 1 << 20  # combinations of a look-up's arguments


@dataclass(frozen=True, slots=True)
class Steps:
    """A sum as neurons: for each number but the least two, whose difference is 1 from that number on and else 0.

    Attributes:
        pairs: by number, ascending.
        block: whose MLP holds them.
    """

    pairs: tuple[tuple[Neuron, Neuron], ...]
    block: int


class Builder:
    """Puts a circuit together; a variable is added when it is first read, the votes being the first to read.

    Attributes:
        program: the Program, with positions, ones and some more operations.
        circuit: what was built so far.
    """

    def __init__(self, program: Program, masked: bool) -> None:
        self._survey, self._masked, self._unknown = survey(program), masked, program.domain.unknown
        self.program = self._survey.program
        domain = self.program.domain
        tokens: list[Vector] = [{} for _ in domain.alphabet]
        self.circuit = Circuit([], [], tokens, [{} for _ in range(domain.context_length or 0)])
        self.circuit.add("network", (0, 1), ("beginning of sequence", "padding").__getitem__)
        self._spaces: dict[int, Subspace] = {}
        self._steps: dict[int, Steps] = {}
        classifier = program.classifier
        self.circuit.labels = [
            (label, self._votes(number))
            for number, label in enumerate(classifier.labels)
            if number not in classifier.masked
        ]
        for block in self.circuit.blocks:
            # Where nothing tells two numbers apart, their step is not needed.
            block.neurons[:] = [neuron for neuron in block.neurons if neuron.writes]

    def space(self, number: int) -> Subspace:
        """Return where a variable stands."""
        if number not in self._spaces:
            self._spaces[number] = self._add(number)
        return self._spaces[number]

    def _votes(self, label: int) -> Vector:
        found: Vector = {}
        for vote in self.program.classifier.votes:
            space = self.space(vote.variable)
            for entry in space.entries:
                if isinstance(vote, CategoricalVotes):
                    found[space[entry]] = float(vote.weights[entry][label])
                else:
                    found[space[entry]] = float(vote.weights[label] * entry)
        return found

    def _text(self, number: int) -> Callable[[int], str]:
        return lambda entry: str(value_at(self.program, number, entry))

    def _add(self, number: int) -> Subspace:
        variable, name = self.program.variables[number], self.program.names[number]
        alphabet = self.program.domain.alphabet
        if len(entries := self._survey.entries[number]) == 1:
            return self._embedded(number, entries * len(alphabet))
        match variable:
            case Positions():
                space = self.circuit.add(name, entries, str)
                for entry in entries:
                    self.circuit.positions[entry][space[entry]] = 1.0
                return space
            case WordTable(table=table):
                return self._embedded(number, table)
            case TextRule():
                if self._unknown is not None:
                    raise NoTransformer(
                        f"{name} looks at the letters of words outside the vocabulary; a Transformer sees tokens alone"
                    )
                return self._embedded(number, [variable.index(symbol) for symbol in alphabet])
            case NumericalHead():
                return self._stepped(number, number, lambda total: total)
            case CategoricalHead():
                return self._copied(number, variable)
            case NumericalLookup(arguments=arguments) if self._is_sum(set(arguments)):
                size = len(arguments)
                return self._stepped(number, arguments[0], lambda n: variable.index((n,) * size))
            case CategoricalLookup() | NumericalLookup():
                return self._looked_up(number, variable)
        return self._embedded(number, range(len(alphabet)))

    def _is_sum(self, read: set[int]) -> bool:
        """Tell whether a look-up reads one sum alone, of which it then is a step function."""
        (number, *others) = read
        head = isinstance(self.program.variables[number], NumericalHead)
        return head and not others and len(self._survey.entries[number]) > 1

    def _embedded(self, number: int, of: Sequence[int]) -> Subspace:
        """Add a variable that token embeddings hold; `of` is its entry for each token of the alphabet."""
        name, entries = self.program.names[number], self._survey.entries[number]
        space = self.circuit.add(name, entries, self._text(number))
        for vector, entry in zip(self.circuit.tokens, of, strict=True):
            if entry in entries:
                vector[space[entry]] = 1.0
        return space

    def _looked_up(self, number: int, lookup: CategoricalLookup | NumericalLookup) -> Subspace:
        reads = tuple(dict.fromkeys(lookup.arguments))
        sizes = [
            1 if isinstance(lookup, NumericalLookup) else len(self.program.finite_values(read))
            for read in lookup.arguments
        ]

        def result(point: tuple[int, ...]) -> int:
            whole = tuple(point[reads.index(read)] for read in lookup.arguments)
            if isinstance(lookup, NumericalLookup):
                return lookup.index(whole)
            return lookup.table[int(np.ravel_multi_index(whole, sizes))]

        spaces = [self.space(read) for read in reads]
        return self._table(self.program.names[number], spaces, result, self._text(number))

    def _table(
        self,
        name: str,
        arguments: Sequence[Subspace],
        function: Callable[[tuple[int, ...]], int],
        text: Callable[[int], str],
    ) -> Subspace:
        """Add a function of one-hot variables: each neuron is the AND of one set of entries for each argument."""
        shape = [len(argument.entries) for argument in arguments]
        if prod(shape) > LARGEST_TABLE:
            raise NoTransformer(
                f"{name} tells {prod(shape):,} combinations apart, more than {LARGEST_TABLE:,}; simplify the program first"
            )
        points = product(*(argument.entries for argument in arguments))
        table = np.array([function(point) for point in points]).reshape(shape)
        number = max(argument.ready for argument in arguments) // 2
        space = self.circuit.add(name, np.unique(table).tolist(), text, 2 * number + 2)
        for cell in product(*(_alike(table, axis) for axis in range(table.ndim))):
            entry = int(table[tuple(group[0] for group in cell)])
            self._and(number, name, arguments, cell, space[entry])
            held = [
                argument.at_bos in [argument.entries[n] for n in group]
                for argument, group in zip(arguments, cell, strict=True)
            ]
            if all(held):
                space = replace(space, at_bos=entry)
        return space

    def _and(
        self,
        block: int,
        name: str,
        arguments: Sequence[Subspace],
        sets: Sequence[Sequence[int]],
        writes: int,
    ) -> None:
        """Add a neuron that is 1 where each argument is in its set of places; it is 0 else, also with a little noise."""
        chosen = list(zip(arguments, sets, strict=True))
        when = {one.name: tuple(one.texts[place] for place in places) for one, places in chosen}
        reads = {one.start + place: 2.0 for one, places in chosen for place in places}
        neuron = Neuron(name, when, reads, 1.0 - 2 * len(arguments), {writes: 1.0})
        self.circuit.block(block).neurons.append(neuron)

    def _summed(self, number: int) -> Steps:
        """Add a head that sums, and the neurons that tell from the mean and the number of keys how large the sum is.

        It looks at the matching keys and the beginning of the sequence alike, so that it finds `sum / (matches + 1)` and
        `1 / (matches + 1)`. The sum is above a threshold where the first less the threshold times the second is above 0.
        """
        head, name = self.program.variables[number], self.program.names[number]
        assert isinstance(head, NumericalHead)
        query, key, value = (self.space(read) for read in head.reads)
        block = (max(query.ready, key.ready, value.ready) + 1) // 2
        mean = self.circuit.add(
            name, (0, 1), ("sum/(matches+1)", "1/(matches+1)").__getitem__
        ).start
        scored = self._channels(number, head, (0,))
        read = value.read({entry: float(entry) for entry in value.entries})
        written = ((mean, read), (mean + 1, {BOS: 1.0}))
        self.circuit.block(block).heads.append(AttentionHead(name, tuple(scored), written))
        numbers = self._survey.entries[number]
        pairs = []
        for before, after in pairwise(numbers):
            # Half a gap, divided by the most keys, is the least that is to be told from 0.
            slope = 2.0 * (len(self.circuit.positions) + 1) / (after - before)
            reads = {mean: slope, mean + 1: -slope * (before + after) / 2}
            when = {name: tuple(str(found) for found in numbers if found >= after)}
            pair = (Neuron(name, when, reads, 0.5, {}), Neuron(name, when, reads, -0.5, {}))
            self.circuit.block(block).neurons.extend(pair)
            pairs.append(pair)
        return Steps(tuple(pairs), block)

    def _stepped(self, number: int, total: int, function: Callable[[int], int]) -> Subspace:
        """Add a function of a sum by the neurons of its steps, with no other MLP between."""
        if total not in self._steps:
            self._steps[total] = self._summed(total)
        steps = self._steps[total]
        results = [function(entry) for entry in self._survey.entries[total]]
        space = self.circuit.add(
            self.program.names[number],
            sorted(set(results)),
            self._text(number),
            2 * steps.block + 2,
            results[0],
        )
        self.circuit.block(steps.block).bias[space[results[0]]] = 1.0
        for pair, before, after in zip(steps.pairs, results, results[1:], strict=False):
            for neuron, sign in zip(pair, (1.0, -1.0), strict=True):
                if before != after:
                    neuron.writes.update({space[after]: sign, space[before]: -sign})
        return space

    def _channels(
        self, number: int, head: CategoricalHead | NumericalHead, matches: tuple[int, ...]
    ) -> list[Channel]:
        query, key = self.space(head.query), self.space(head.key)
        return channels(self.program, head, matches, query, key, self._positions, self._masked)

    def _positions(self) -> Subspace:
        return self.space(self._survey.positions)

    def _copied(self, number: int, head: CategoricalHead) -> Subspace:
        """Add a head that copies, and where nothing may match what stands at position 0."""
        name, counted = self.program.names[number], self._survey.matches.get(number)
        # The heads that the survey adds look at position 0.
        matches = (1,) if counted is None else self._survey.entries[counted]
        value = self.space(head.value)
        scored = self._channels(number, head, matches)
        ready = [self.space(read).ready for read in head.reads]
        if head.tie == MATCHES and matches[-1] > 1:
            own = self._own_ranks(number, matches)
            ready.append(own.ready)
            scored += self._own_channels(own, matches)
        block = (max(ready) + 1) // 2
        # Where inputs are too many to list, more is held possible than a look-up writes.
        entries = _common(self._survey.entries[number], value)
        space = self.circuit.add(name, entries, self._text(number), 2 * block + 1)
        written = [(space[entry], value.read({entry: 1.0})) for entry in entries]
        default = self._survey.first[head.value]
        if matches[0] == 0 and len(self._survey.entries[default]) == 1:
            # At the beginning of the sequence stands what is copied where nothing matches.
            (entry,) = self._survey.entries[default]
            there = written[entries.index(entry)][1]
            there[BOS] = there.get(BOS, 0.0) + 1.0
            space = replace(space, at_bos=entry)
        elif matches[0] == 0:
            nothing = self.circuit.add(f"no_{name}", (1,), lambda _: "no match", 2 * block + 1)
            written.append((nothing.start, {BOS: 1.0}))
            first = self.space(default)
            mlp = max(first.ready, space.ready) // 2
            for entry in _common(first.entries, space):
                cell = ((0,), (first.entries.index(entry),))
                self._and(mlp, name, (nothing, first), cell, space[entry])
            space = replace(space, ready=2 * mlp + 2)
        self.circuit.block(block).heads.append(AttentionHead(name, tuple(scored), tuple(written)))
        return space

    def _own_ranks(self, number: int, matches: tuple[int, ...]) -> Subspace:
        """Add the pairs of a position and the number of a head's matches there."""
        arguments = [self._positions(), self.space(self._survey.matches[number])]
        size = matches[-1] + 1
        return self._table(
            f"own_rank_{self.program.names[number]}",
            arguments,
            lambda pair: pair[0] * size + pair[1],
            lambda entry: f"position {entry // size}, {entry % size} matches",
        )

    def _own_channels(self, own: Subspace, matches: tuple[int, ...]) -> list[Channel]:
        positions, size = self._positions(), matches[-1] + 1
        return [
            Channel(
                {own[n]: -float(own_rank(n % size)) for n in own.entries if n // size == place},
                {positions[place]: 1.0},
            )
            for place in positions.entries
        ]


def _common(entries: Iterable[int], space: Subspace) -> tuple[int, ...]:
    return tuple(entry for entry in entries if entry in space.entries)


def _alike(table: IntArray, axis: int) -> list[list[int]]:
    """Return groups of indices along an axis whose slices of a table are the same."""
    rows = np.moveaxis(table, axis, 0).reshape(table.shape[axis], -1)
    _, group = np.unique(rows, axis=0, return_inverse=True)
    return [np.flatnonzero(group.ravel() == n).tolist() for n in range(int(group.max()) + 1)]
