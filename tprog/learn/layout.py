"""The structure of a network as plain data. Owns what is read by what and how large it is; refuses torch and weights.

A network is a sequence of *groups*. A group holds modules of one kind that choose among the same candidate variables; it
writes one new variable for each module. A trained network has up to four groups a layer, whose variables share one number of
values (the paper's d_var); a network made from a Program has one group for each operation, with sizes of its own.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from tprog.ir import Domain, FiniteValues, Input, Integers, Ones, Positions, Tokens

Rows: TypeAlias = Literal["one", "set", "any"]
Tie: TypeAlias = Literal["nearest", "matches", "first", "score"]

# The size that stands for a numerical variable, which has no finite set of values.
NUMERICAL = 0


@dataclass(frozen=True, slots=True)
class HeadGroup:
    """Attention heads of one layer.

    Attributes:
        count: heads, at least 1.
        numerical: whether they sum a numerical value; otherwise they copy a categorical one.
        query, key, value: the candidate variables of each read, by index.
        query_size, key_size: values that the query and the key candidates can take in the network.
        rows: `one` wanted key for each query value, or a `set` of them; `any` key matches where the weights are
            scores, which goes with the tie-break `score`.
        tie: which of several matching keys a categorical head attends.
        causal: for each head, whether only positions up to the query's own can match.
        layer: the layer, from 0.
        names: for each head a display name, or "".
    """

    count: int
    numerical: bool
    query: tuple[int, ...]
    key: tuple[int, ...]
    value: tuple[int, ...]
    query_size: int
    key_size: int
    rows: Rows
    tie: Tie
    causal: tuple[bool, ...]
    layer: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookupGroup:
    """Categorical look-ups of one layer.

    Attributes:
        count: look-ups, at least 1.
        arguments: for each argument the candidate variables, by index.
        sizes: for each argument, the values that its candidates can take in the network.
        values: the values that are written.
        hidden: hidden units of each look-up's ReLU network (the paper's d_mlp); 0 for a table.
        layer: the layer, from 0.
        names: for each look-up a display name, or "".
    """

    count: int
    arguments: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    values: FiniteValues
    hidden: int
    layer: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumericalLookupGroup:
    """Numerical look-ups of one layer.

    Attributes:
        count: look-ups, at least 1; exactly 1 where there is no hidden layer.
        arguments: for each argument the candidate variables, by index.
        caps: for each argument, the greatest value that is told apart from larger ones.
        values: the values that are written.
        hidden: hidden units of each look-up's ReLU network (the paper's d_mlp); 0 for boxes.
        boxes: the number of boxes; 0 where there is a hidden layer.
        layer: the layer, from 0.
        names: for each look-up a display name, or "".
    """

    count: int
    arguments: tuple[tuple[int, ...], ...]
    caps: tuple[int, ...]
    values: FiniteValues
    hidden: int
    boxes: int
    layer: int
    names: tuple[str, ...]


Group: TypeAlias = HeadGroup | LookupGroup | NumericalLookupGroup


@dataclass(frozen=True)
class NetworkLayout:
    """Everything about a network but its weights.

    Attributes:
        domain: the sequences that it reads; its greatest length is finite.
        inputs: the variables known before the first layer. The table of a `WordTable` is a weight: the entries here
            are placeholders.
        input_sizes: for each input the number of values in the network, at least that of the input; `NUMERICAL` for
            `Ones`.
        groups: the modules, each after everything that it can read.
        labels, masked, pooled, first, last: as in `tprog.ir.Classifier`.
    """

    domain: Domain
    inputs: tuple[Input, ...]
    input_sizes: tuple[int, ...]
    groups: tuple[Group, ...]
    labels: tuple[str, ...]
    masked: tuple[int, ...] = ()
    pooled: bool = False
    first: str | None = None
    last: str | None = None

    @property
    def positions(self) -> int:
        """The greatest framed length (the paper's n_ctx), in tokens."""
        length = self.domain.context_length
        if length is None:
            raise ValueError("a network's domain has a greatest length")
        return length

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """For each variable the number of its values in the network; `NUMERICAL` for a numerical one."""
        sizes = list(self.input_sizes)
        for group in self.groups:
            match group:
                case HeadGroup(numerical=True):
                    size = NUMERICAL
                case HeadGroup():
                    size = sizes[group.value[0]]
                case LookupGroup() | NumericalLookupGroup():
                    size = len(group.values)
            sizes += [size] * group.count
        return tuple(sizes)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """For each variable its first row in the classifier's weights, and at the end the number of rows."""
        offsets = [0]
        for size in self.sizes:
            offsets.append(offsets[-1] + max(size, 1))
        return tuple(offsets)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """For each group the index of the first variable that it writes."""
        starts = []
        total = len(self.inputs)
        for group in self.groups:
            starts.append(total)
            total += group.count
        return tuple(starts)

    @property
    def categorical(self) -> tuple[int, ...]:
        """The indices of the categorical variables."""
        return tuple(index for index, size in enumerate(self.sizes) if size != NUMERICAL)

    @property
    def numerical(self) -> tuple[int, ...]:
        """The indices of the numerical variables."""
        return tuple(index for index, size in enumerate(self.sizes) if size == NUMERICAL)

    @cached_property
    def numerical_bounds(self) -> tuple[int, ...]:
        """For each variable the greatest value that it can take, in units; 0 for a categorical one.

        A head sums over at most `positions` values, so a chain of them can reach a power of it (SEMANTICS: the range
        of numerical variables).
        """
        bounds = [1 if isinstance(variable, Ones) else 0 for variable in self.inputs]
        for group in self.groups:
            bound = 0
            if isinstance(group, HeadGroup) and group.numerical:
                bound = self.positions * max(bounds[variable] for variable in group.value)
            bounds += [bound] * group.count
        return tuple(bounds)


def input_size(domain: Domain, variable: Input) -> int:
    """Return how many values an input variable of a bounded domain has; `NUMERICAL` for `Ones`."""
    match variable:
        case Tokens():
            return len(domain.alphabet)
        case Positions():
            values = domain.position_values
            return len(values) if isinstance(values, FiniteValues) else NUMERICAL
        case Ones():
            return NUMERICAL
        case _:
            return len(variable.values)


def real_values(layout: NetworkLayout, variable: int) -> FiniteValues | Integers:
    """Return the values that an input variable takes in a Program, which may be fewer than in the network."""
    found = layout.inputs[variable]
    match found:
        case Tokens():
            return layout.domain.token_values
        case Positions():
            return FiniteValues(tuple(range(layout.positions)))
        case Ones():
            return Integers()
        case _:
            return found.values
