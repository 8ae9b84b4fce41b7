"""A network's layout as a list of operations over flat arrays. Owns where everything lies in memory; refuses to compute.

A tile holds `LANES` examples. Its values are vectors in one array: first all variables, position after position, then what
the backward pass needs again. Their slopes (the loss's derivatives by them) lie in a second array: those of the variables
at the same places, then work space that every module uses anew.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import Tensor

from tprog.errors import TprogError
from tprog.ir import Positions, WordTable
from tprog.learn.fused import tape
from tprog.learn.fused.choices import CHOICE_COLUMNS
from tprog.learn.fused.lanes import Floats, Longs
from tprog.learn.heads import Heads
from tprog.learn.layout import NUMERICAL, HeadGroup, LookupGroup
from tprog.learn.lookups import Lookups, NumericalLookups, Perceptrons
from tprog.learn.network import Network

_TIES = {"nearest": tape.PLAIN, "first": tape.PLAIN, "matches": tape.MATCHES, "score": tape.SCORE}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the kernels need to know of a network, for sequences of one padded length.

    Attributes:
        positions: of the padded sequences.
        operations: `(operations, OPERATION_COLUMNS)`, in order; the last is the classifier.
        places: the numbers from 0 up, then lists that operations speak of.
        constants: numbers that stand behind the weights.
        choices: `(tables, CHOICE_COLUMNS)`: the weights that are relaxed.
        values, slopes: vectors of a tile.
    """

    positions: int
    operations: Longs
    places: Longs
    constants: Floats
    choices: Longs
    values: int
    slopes: int


def weight_offsets(network: Network) -> dict[Tensor, int]:
    """Return the offset of each weight in a vector of all of them, in the order of `network.parameters()`."""
    offsets: dict[Tensor, int] = {}
    total = 0
    for weight in network.parameters():
        offsets[weight] = total
        total += weight.numel()
    return offsets


def make_plan(network: Network, positions: int, words: tuple[str, ...]) -> Plan:
    """Return the plan of a network.

    Args:
        network: whose layout and constants are used; its weights may change later, but for gates of frozen words.
        positions: of the padded sequences, at most the network's.
        words: the texts that tokens speak of.

    Raises:
        BadInput: a word is not of the domain, whose vocabulary is closed.
        TprogError: the sequences are too long.
    """
    if positions > network.layout.positions:
        raise TprogError(
            f"the sequences have {positions} tokens, the network has {network.layout.positions} positions; "
            "give shorter ones"
        )
    builder = _Builder(network, positions, words)
    with torch.no_grad():
        return builder.build()


class _Builder:
    """A plan in the making."""

    def __init__(self, network: Network, positions: int, words: tuple[str, ...]) -> None:
        self.network, self.layout = network, network.layout
        self.positions, self.words = positions, words
        self.offsets = weight_offsets(network)
        self.weights = sum(weight.numel() for weight in network.parameters())
        self.rows: list[list[int]] = []
        self.places: list[int] = list(range(_longest(network)))
        self.constants: list[float] = []
        self.choices: list[list[int]] = []
        self.lists: dict[tuple[int, ...], int] = {}
        # The flags of valid positions come first, then the variables.
        sizes = [max(size, 1) * positions for size in self.layout.sizes]
        self.variables = (positions + np.cumsum([0, *sizes])).tolist()
        self.values = int(self.variables[-1])
        self.work = self.slopes = self.values

    def build(self) -> Plan:
        for index in range(len(self.layout.inputs)):
            self.add_input(index)
        for module, start in zip(self.network.modules_in_order(), self.layout.starts, strict=True):
            # The slopes of one module's work are not needed when another's are computed.
            self.work = self.variables[-1]
            match module:
                case Heads():
                    self.add_heads(module, start)
                case Lookups():
                    self.add_lookups(module, start)
                case NumericalLookups():
                    self.add_numerical(module, start)
            self.slopes = max(self.slopes, self.work)
        self.work = self.variables[-1]
        self.add_votes()
        self.slopes = max(self.slopes, self.work)
        return Plan(
            self.positions,
            np.array(self.rows, np.int64),
            np.array(self.places, np.int64),
            np.array(self.constants, np.float32),
            np.array(self.choices, np.int64).reshape(-1, CHOICE_COLUMNS),
            self.values,
            self.slopes,
        )

    def add(self, kind: int, **columns: int) -> None:
        """Add an operation; columns are named as in `tape`."""
        row = [0] * tape.OPERATION_COLUMNS
        row[tape.KIND] = kind
        for name, value in columns.items():
            row[getattr(tape, name)] = value
        self.rows.append(row)

    def value_space(self, count: int) -> int:
        self.values += count
        return self.values - count

    def slope_space(self, count: int) -> int:
        self.work += count
        return self.work - count

    def listed(self, numbers: "list[int] | tuple[int, ...]") -> int:
        """Return where a list of numbers begins in `places`."""
        key = tuple(int(number) for number in numbers)
        if key not in self.lists:
            self.lists[key] = len(self.places)
            self.places += key
        return self.lists[key]

    def constant(self, numbers: Tensor) -> int:
        """Return the offset of constants behind the weights."""
        offset = self.weights + len(self.constants)
        self.constants += numbers.to(torch.float32).flatten().tolist()
        return offset

    def choice(self, logits: Tensor, *, alone: bool = False) -> int:
        """Add weights that are relaxed, and return their offset."""
        width = logits.shape[-1]
        self.choices.append([self.offsets[logits], logits.numel() // width, width, int(alone)])
        return self.offsets[logits]

    def add_input(self, index: int) -> None:
        size, target = self.layout.input_sizes[index], self.variables[index]
        variable = self.layout.inputs[index]
        if size == NUMERICAL:
            self.add(tape.ONE, SIZE=1, TARGET=target)
        elif isinstance(variable, Positions):
            self.add(tape.PLACE, SIZE=size, TARGET=target)
        elif isinstance(variable, WordTable) and self.words == self.layout.domain.alphabet:
            table = self.choice(self.network.embeddings[str(index)])
            self.add(tape.EMBED, SIZE=size, TARGET=target, TABLE=table)
        else:
            table = self.listed(self.network.word_values(index, self.words).tolist())
            self.add(tape.HOT, SIZE=size, TARGET=target, TABLE=table)

    def add_reads(
        self, gates: list[Tensor], candidates: "list[tuple[int, ...]]", sizes: list[int]
    ) -> tuple[list[int], list[int]]:
        """Add the reads of a module; return the places of what each gate reads, and of its slopes.

        Gates over the same candidates that lie one behind the other are read at once.
        """
        extents = [max(size, 1) * self.positions for size in sizes]
        rows = [gate.shape[0] for gate in gates]
        spaces = [count * extent for count, extent in zip(rows, extents, strict=True)]
        places, slopes = self.value_space(sum(spaces)), self.slope_space(sum(spaces))
        starts = [sum(spaces[:number]) for number in range(len(spaces))]
        first = 0
        for number, gate in enumerate(gates):
            self.choice(gate)
            following = number + 1
            if (
                following < len(gates)
                and candidates[following] == candidates[number]
                and self.offsets[gates[following]] == self.offsets[gate] + gate.numel()
            ):
                continue
            self.add(
                tape.READ,
                ROWS=sum(rows[first:following]),
                EXTENT=extents[first],
                CANDIDATES=len(candidates[first]),
                LIST=self.listed([self.variables[found] for found in candidates[first]]),
                GATES=self.offsets[gates[first]],
                READ_TO=places + starts[first],
                READ_SLOPE=slopes + starts[first],
            )
            first = following
        return [places + start for start in starts], [slopes + start for start in starts]

    def add_heads(self, module: Heads, start: int) -> None:
        group, size = module.group, self.positions
        written = self.layout.sizes[group.value[0]]
        places, slopes = self.add_reads(
            [module.query, module.key, module.value],
            [group.query, group.key, group.value],
            [group.query_size, group.key_size, written],
        )
        common = {
            "HEADS": group.count,
            "QUERIES": group.query_size,
            "KEYS": group.key_size,
            "VALUES": max(written, 1),
            "QUERY": places[0],
            "KEY": places[1],
            "VALUE": places[2],
            "QUERY_SLOPE": slopes[0],
            "KEY_SLOPE": slopes[1],
            "VALUE_SLOPE": slopes[2],
            "PREDICATE": self.choice(module.predicate, alone=group.rows == "set"),
            "CAUSAL": self.listed([int(masked) for masked in group.causal]),
            "WRITES": self.variables[start],
        }
        queries, keys = group.query_size * size, group.key_size * size
        if group.numerical:
            self.add(
                tape.COUNT,
                **common,
                SUMMED=self.value_space(group.count * keys),
                WANTED=self.value_space(group.count * queries),
                SUMMED_SLOPE=self.slope_space(keys),
                WANTED_SLOPE=self.slope_space(queries),
            )
            return
        self.add(
            tape.ATTEND,
            **common,
            WANTS=self.value_space(group.count * keys),
            MATCH=self.value_space(group.count * size * size),
            TOTAL=self.value_space(group.count * size),
            ATTENTION=self.value_space(group.count * size * size),
            WANTS_SLOPE=self.slope_space(keys),
            MATCH_SLOPE=self.slope_space(size * size * (2 if group.tie == "score" else 1)),
            TIE=_TIES[group.tie],
            LONGEST=self.layout.positions,
            **self.preferences(module, group),
        )

    def preferences(self, module: Heads, group: HeadGroup) -> dict[str, int]:
        """Return the columns of a tie-break's constants."""
        fixed = module.preference(self.positions)
        if group.tie != "score":
            return {"BIAS": self.constant(fixed)}
        # As in `Heads`: scaled to the range from -1 to 0, and equal ones told apart by half their least difference.
        high = module.scores.max()
        gap = 1 / max(1, int(high - module.scores.min()))
        return {
            "BIAS": self.constant(fixed * (gap / 2)),
            "SCORES": self.constant((module.scores - high).to(torch.float32) * gap),
            "SCORED": self.value_space(group.count * group.key_size * self.positions),
        }

    def add_lookups(self, module: Lookups, start: int) -> None:
        group = module.group
        places, slopes = self.add_reads(
            list(module.gates), list(group.arguments), list(group.sizes)
        )
        written, outputs = self.variables[start], len(group.values)
        if module.network is not None:
            self.add_perceptrons(module.network, list(group.sizes), places, slopes, written)
            return
        assert module.table is not None
        points = prod(group.sizes)
        self.add(
            tape.LOOK_UP,
            LOOKUPS=group.count,
            OUTPUTS=outputs,
            LOOKUP_WRITES=written,
            ARITY=len(group.sizes),
            ARGUMENTS=self.arguments(list(group.sizes), places, slopes),
            ENTRIES=self.choice(module.table),
            JOINT=self.value_space(points * self.positions),
            JOINT_SLOPE=self.slope_space(points * self.positions),
            POINTS=points,
        )

    def arguments(self, sizes: list[int], places: list[int], slopes: list[int]) -> int:
        """Return where arguments without hidden units are described."""
        found: list[int] = []
        for size, place, slope in zip(sizes, places, slopes, strict=True):
            found += [max(size, 1), place, slope]
        return self.listed(found)

    def add_perceptrons(
        self,
        network: Perceptrons,
        sizes: list[int],
        places: list[int],
        slopes: list[int],
        written: int,
    ) -> None:
        """Add perceptrons over arguments that are read to `places`."""
        count, inputs, hidden = network.w_in.shape
        parts: list[int] = []
        number = 0
        while number < len(sizes):
            following = number + 1
            # Arguments of one size share their strides, and are one part.
            while following < len(sizes) and sizes[following] == sizes[number]:
                following += 1
            size = sizes[number]
            entries = [
                (argument, entry) for argument in range(number, following) for entry in range(size)
            ]
            parts += [
                len(entries),
                self.listed([places[argument] + entry for argument, entry in entries]),
                self.listed([slopes[argument] + entry for argument, entry in entries]),
                size,
                size * self.positions,
            ]
            number = following
        self.add(
            tape.PERCEIVE,
            LOOKUPS=count,
            PARTS=len(parts) // tape.PART_COLUMNS,
            PART_LIST=self.listed(parts),
            HIDDEN=hidden,
            OUTPUTS=network.w_out.shape[2],
            W_IN=self.offsets[network.w_in],
            B_IN=self.offsets[network.b_in],
            W_OUT=self.offsets[network.w_out],
            B_OUT=self.offsets[network.b_out],
            LOOKUP_WRITES=written,
            ACTIVE=self.value_space(count * self.positions * hidden),
            ACTIVE_SLOPE=self.slope_space(self.positions * hidden),
            INPUTS=inputs,
        )

    def add_numerical(self, module: NumericalLookups, start: int) -> None:
        group, written = module.group, self.variables[start]
        arity = len(group.caps)
        places, slopes = self.add_reads(
            list(module.gates), list(group.arguments), [NUMERICAL] * arity
        )
        if module.network is None:
            boxes = [*module.bounds.flatten().tolist(), *module.entries.tolist()]
            self.add(
                tape.BOX,
                OUTPUTS=len(group.values),
                LOOKUP_WRITES=written,
                ARITY=arity,
                ARGUMENTS=self.arguments([1] * arity, places, slopes),
                BOXES=group.boxes,
                BOUNDS=self.listed([*boxes, *module.caps.tolist()]),
            )
            return
        clamped = []
        for place, slope, cap in zip(places, slopes, module.caps, strict=True):
            extent = group.count * self.positions
            clamped.append(self.value_space(extent))
            self.add(
                tape.CLAMP,
                CLAMP_EXTENT=extent,
                CLAMP_FROM=place,
                CLAMP_TO=clamped[-1],
                CLAMP_SLOPE=slope,
                CLAMP_CAP=self.constant(cap),
            )
        self.add_perceptrons(module.network, [1] * arity, clamped, slopes, written)

    def add_votes(self) -> None:
        layout = self.layout
        labels, rows = len(layout.labels), layout.offsets[-1]
        points = 1 if layout.pooled else self.positions
        segments: list[int] = []
        variable = 0
        while variable < len(layout.sizes):
            following = variable + 1
            while (
                following < len(layout.sizes) and layout.sizes[following] == layout.sizes[variable]
            ):
                following += 1
            size = max(layout.sizes[variable], 1)
            first = layout.offsets[variable]
            found = [self.variables[v] + e for v in range(variable, following) for e in range(size)]
            segments += [len(found), self.listed(found), size, first]
            variable = following
        self.add(
            tape.VOTE_POOLED if layout.pooled else tape.VOTE,
            LABELS=labels,
            LOGITS=self.value_space(points * labels),
            LOGITS_SLOPE=self.slope_space(points * labels),
            SEGMENTS=len(segments) // tape.SEGMENT_COLUMNS,
            SEGMENT_LIST=self.listed(segments),
            VOTES=self.offsets[self.network.votes],
            MASKED_LIST=self.listed([int(label in layout.masked) for label in range(labels)]),
            POOL=self.value_space(rows * layout.pooled),
            POOL_SLOPE=self.slope_space(rows * layout.pooled),
            VOTE_ROWS=rows,
        )


def _longest(network: Network) -> int:
    """Return how many numbers from 0 up the operations need: at least as many as any matrix has rows."""
    layout = network.layout
    found = [layout.offsets[-1], len(layout.labels), *layout.sizes]
    for group in layout.groups:
        match group:
            case HeadGroup():
                found += [3 * group.count, group.query_size, group.key_size]
            case _:
                found += [len(group.arguments) * group.count, group.hidden, len(group.values)]
                found.append(
                    prod(group.sizes) if isinstance(group, LookupGroup) and not group.hidden else 1
                )
    return max(found)
