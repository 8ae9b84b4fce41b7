"""A plan in the making. Owns the room for values, slopes, lists and constants; refuses to know modules."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tprog.learn.fused import tape
from tprog.learn.fused.choices import CHOICE_COLUMNS
from tprog.learn.fused.lanes import Floats, Longs
from tprog.learn.network import Network


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


class Draft:
    """Operations, and what they need, as they are added.

    Attributes:
        layout: of the network.
        positions: of the padded sequences.
        offsets: of the weights.
        variables: for each variable the place of its first value, and at the end the number of vectors that they take.
    """

    def __init__(self, network: Network, positions: int, counting: int) -> None:
        """Begin with the variables.

        Args:
            network: whose layout is used.
            positions: of the padded sequences.
            counting: how many numbers from 0 up the lists begin with.
        """
        self.layout, self.positions = network.layout, positions
        self.offsets = weight_offsets(network)
        # The flags of valid positions come first.
        sizes = [max(size, 1) * positions for size in self.layout.sizes]
        self.variables: list[int] = (positions + np.cumsum([0, *sizes])).tolist()
        self._weights = sum(weight.numel() for weight in network.parameters())
        self._rows: list[list[int]] = []
        self._places: list[int] = list(range(counting))
        self._lists: dict[tuple[int, ...], int] = {}
        self._constants: list[float] = []
        self._choices: list[list[int]] = []
        # Vectors of values, those of slopes with the present module's, and the most of these so far.
        self._values: int = self.variables[-1]
        self._work: int = self.variables[-1]
        self._slopes: int = self.variables[-1]

    def plan(self) -> Plan:
        """Return what was added."""
        return Plan(
            self.positions,
            np.array(self._rows, np.int64),
            np.array(self._places, np.int64),
            np.array(self._constants, np.float32),
            np.array(self._choices, np.int64).reshape(-1, CHOICE_COLUMNS),
            self._values,
            self._slopes,
        )

    def begin_module(self) -> None:
        """Forget the room for slopes taken so far: those of one module are not needed when another's are computed."""
        self._work = self.variables[-1]

    def add(self, kind: int, **columns: int) -> None:
        """Add an operation; columns are named as in `tape`."""
        row = [0] * tape.OPERATION_COLUMNS
        row[tape.KIND] = kind
        for name, value in columns.items():
            row[getattr(tape, name)] = value
        self._rows.append(row)

    def value_space(self, count: int) -> int:
        """Return the place of so many new values."""
        self._values += count
        return self._values - count

    def slope_space(self, count: int) -> int:
        """Return the place of so many slopes, for this module alone."""
        self._work += count
        self._slopes = max(self._slopes, self._work)
        return self._work - count

    def listed(self, numbers: "list[int] | tuple[int, ...]") -> int:
        """Return where a list of numbers begins in `places`."""
        key = tuple(int(number) for number in numbers)
        if key not in self._lists:
            self._lists[key] = len(self._places)
            self._places += key
        return self._lists[key]

    def constant(self, numbers: Tensor) -> int:
        """Return the offset of constants behind the weights."""
        offset = self._weights + len(self._constants)
        self._constants += numbers.to(torch.float32).flatten().tolist()
        return offset

    def choice(self, logits: Tensor, *, alone: bool = False) -> int:
        """Add weights that are relaxed, and return their offset."""
        width = logits.shape[-1]
        self._choices.append([self.offsets[logits], logits.numel() // width, width, int(alone)])
        return self.offsets[logits]
