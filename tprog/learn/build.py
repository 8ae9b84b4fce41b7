"""A network to be learned, from its sizes. Owns the published shape; refuses weights and data."""

from dataclasses import dataclass
from math import prod
from typing import Literal

from tprog.errors import UsageError
from tprog.ir import Domain, FiniteValues, Input, Ones, Positions, Tokens, WordTable
from tprog.learn.layout import (
    NUMERICAL,
    Group,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
    NumericalLookupGroup,
    Rows,
    Tie,
)

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
    kinds: tuple[tuple[str, int, Tie, Rows], ...] = (
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
