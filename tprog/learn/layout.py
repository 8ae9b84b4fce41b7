"""The structure of a network as plain data, and its layout from sizes.

A network is a sequence of *groups*. A group holds modules of one kind that choose among the same candidate variables; it
writes one new variable for each module. A trained network has up to four groups a layer, whose variables share one number of
values (the d_var of the paper); a network made from a Program has one group for each operation, with sizes of its own.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal, TypeAlias

from tprog.errors import UsageError
from tprog.ir import Domain, FiniteValues, Input, Integers, Ones, Positions, Tokens, WordTable

KeysPerQuery: TypeAlias = Literal["one", "set", "any"]
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
        rows: keys per query value: `one` is wanted, or a `set` of them; `any` key matches where the weights are scores,
            which goes with the tie-break `score`.
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
    rows: KeysPerQuery
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
        least_pooled: while learning, a pooled mean is a sum over at least so many positions, as if padding counted (published).
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
    least_pooled: int = 1

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

        A head sums over at most `positions` values, so a chain of them can reach a power of it.
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


# Numbers in weights and tables that are held at once, at most: 2^28 float32 take a gibibyte, and training four times that.
MOST_NUMBERS = 1 << 28
MOST_LAYERS = 256
# Modules of one kind in a layer, and hidden units.
MOST_MODULES = 4096


@dataclass(frozen=True, slots=True)
class NetworkSizes:
    """The sizes of a network to be learned (paper, section 3); the defaults are the published RASP setting.

    Attributes:
        layers: layers, from 1 to 256.
        categorical_heads: heads a layer that copy a value, at least 0.
        numerical_heads: heads a layer that sum, at least 0.
        score_heads: heads a layer that copy the value at the key with the highest score, at least 0; the scores of every
            query value with every key value are learned (paper, section A.4).
        categorical_lookups: look-ups (MLPs) a layer over two categorical variables, at least 0.
        numerical_lookups: look-ups (MLPs) a layer over two numerical variables, at least 0.
        values: values of every categorical variable (d_var); None for the least that fits, the larger of the greatest
            framed length and the alphabet (the published d_var also counts `<pad>`).
        hidden: hidden units of a look-up (d_mlp); 0 relaxes tables of categorical look-ups directly.
        cap: greatest value that a numerical look-up tells apart from larger ones; None for the greatest framed length.
        causal: whether every head looks at positions up to the query's own only.
        causal_heads: heads of each kind and layer that do so in a network that is not causal.
        embeddings: factored word embedding variables, for a large vocabulary; 0 for one-hot tokens.
        rows: `one` wanted key for each query value (published), or a `set` of them.
    """

    layers: int = 3
    categorical_heads: int = 4
    numerical_heads: int = 4
    categorical_lookups: int = 2
    numerical_lookups: int = 2
    values: int | None = None
    hidden: int = 64
    cap: int | None = None
    causal: bool = False
    causal_heads: int = 0
    embeddings: int = 0
    rows: Literal["one", "set"] = "one"
    score_heads: int = 0

    def __post_init__(self) -> None:
        """Refuse sizes outside their ranges.

        Raises:
            UsageError: with the field's name and range.
        """
        least = {"layers": 1, "values": 1, "cap": 1}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, int) and value < least.get(name, 0):
                raise UsageError(f"{name} is {value}; the least is {least.get(name, 0)}")
        most = {"layers": MOST_LAYERS, "values": MOST_NUMBERS, "cap": MOST_NUMBERS}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, int) and value > most.get(name, MOST_MODULES):
                raise UsageError(f"{name} is {value}; the most is {most.get(name, MOST_MODULES)}")
        if self.rows not in ("one", "set"):
            raise UsageError(f"rows is {self.rows!r}; choose 'one' or 'set'")
        if self.numerical_lookups and not self.hidden:
            raise UsageError("hidden is 0; numerical look-ups are learned with hidden units only")


def network_layout(
    domain: Domain, labels: tuple[str, ...], sizes: NetworkSizes, *, pooled: bool = False
) -> NetworkLayout:
    """Return the layout of a network to be learned.

    Args:
        domain: the task's sequences; the greatest length must be finite.
        labels: the labels, in order; none is masked, since a task lists only labels that can be right.
        sizes: how many modules, and how large.
        pooled: whether the sequence has one label.

    Raises:
        UsageError: `values` is too small, the domain has no greatest length, or the network does not fit into memory.
    """
    longest = domain.context_length
    if longest is None:
        raise UsageError("a network needs a greatest length; give one to the task")
    inputs: list[Input] = []
    needed = longest
    if sizes.embeddings == 0:
        inputs.append(Tokens())
        needed = max(longest, len(domain.alphabet))
    size = needed if sizes.values is None else sizes.values
    if size < needed:
        raise UsageError(f"values is {size}; this task needs at least {needed}")
    written = FiniteValues(tuple(range(size)))
    blank = (0,) * len(domain.alphabet)
    inputs += [WordTable(written, blank, f"word_{n}") for n in range(sizes.embeddings)]
    inputs.append(Positions())
    inputs.append(Ones())
    input_sizes = tuple(NUMERICAL if isinstance(found, Ones) else size for found in inputs)
    layout = NetworkLayout(domain, tuple(inputs), input_sizes, (), labels, pooled=pooled)
    groups: list[Group] = []
    needed = 0
    for layer in range(sizes.layers):
        before = len(groups)
        groups += _heads(layer, sizes, _with(layout, groups), size)
        groups += _lookups(layer, sizes, _with(layout, groups), written)
        if len(groups) > before:
            needed += sum(map(_numbers, groups[before:]))
            _check_memory(_with(layout, groups), needed)
    return _with(layout, groups)


def _numbers(group: Group) -> int:
    """Return how many numbers a group's weights, or the tables made of them, take at once."""
    match group:
        case HeadGroup():
            gates = len(group.query) + len(group.key) + len(group.value)
            return group.count * (gates + group.query_size * group.key_size)
        case LookupGroup():
            return group.count * prod(group.sizes) * max(len(group.values), group.hidden)
        case NumericalLookupGroup():
            points = prod(cap + 1 for cap in group.caps)
            return group.count * points * max(len(group.values), group.hidden)


def _check_memory(layout: NetworkLayout, needed: int) -> None:
    """Refuse a network that could never be held in memory, the classifier included."""
    needed += layout.offsets[-1] * len(layout.labels)
    if needed > MOST_NUMBERS:
        layers = layout.groups[-1].layer + 1
        raise UsageError(
            f"a network of {layers} layers with variables of {layout.sizes[0]} values needs {needed:,} numbers at once, "
            f"more than {MOST_NUMBERS:,}; give fewer layers or modules, or a task with fewer symbols and positions"
        )


def _with(layout: NetworkLayout, groups: list[Group]) -> NetworkLayout:
    return NetworkLayout(
        layout.domain,
        layout.inputs,
        layout.input_sizes,
        tuple(groups),
        layout.labels,
        pooled=layout.pooled,
    )


def _heads(layer: int, sizes: NetworkSizes, layout: NetworkLayout, size: int) -> list[Group]:
    groups: list[Group] = []
    kinds: tuple[tuple[str, int, Tie, KeysPerQuery], ...] = (
        ("attn", sizes.categorical_heads, "nearest", sizes.rows),
        ("score_attn", sizes.score_heads, "score", "any"),
        ("num_attn", sizes.numerical_heads, "nearest", sizes.rows),
    )
    for kind, count, tie, rows in kinds:
        numerical = kind == "num_attn"
        if count:
            groups.append(
                HeadGroup(
                    count=count,
                    numerical=numerical,
                    query=layout.categorical,
                    key=layout.categorical,
                    value=layout.numerical if numerical else layout.categorical,
                    query_size=size,
                    key_size=size,
                    rows=rows,
                    tie=tie,
                    causal=tuple(
                        sizes.causal or head < sizes.causal_heads for head in range(count)
                    ),
                    layer=layer,
                    names=tuple(f"{kind}_{layer}_{head}" for head in range(count)),
                )
            )
    return groups


def _lookups(
    layer: int, sizes: NetworkSizes, layout: NetworkLayout, written: FiniteValues
) -> list[Group]:
    groups: list[Group] = []
    if sizes.categorical_lookups:
        count = sizes.categorical_lookups
        groups.append(
            LookupGroup(
                count=count,
                arguments=(layout.categorical,) * 2,
                sizes=(len(written),) * 2,
                values=written,
                hidden=sizes.hidden,
                layer=layer,
                names=tuple(f"mlp_{layer}_{number}" for number in range(count)),
            )
        )
    if sizes.numerical_lookups:
        count = sizes.numerical_lookups
        cap = layout.positions if sizes.cap is None else sizes.cap
        groups.append(
            NumericalLookupGroup(
                count=count,
                arguments=(layout.numerical,) * 2,
                caps=(cap,) * 2,
                values=written,
                hidden=sizes.hidden,
                boxes=0,
                layer=layer,
                names=tuple(f"num_mlp_{layer}_{number}" for number in range(count)),
            )
        )
    return groups
