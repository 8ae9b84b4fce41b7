"""Names and layers of a Program's variables, where they are not given. No name is parsed for its meaning."""

import builtins
import keyword
from collections import Counter
from collections.abc import Sequence

from tprog.ir.inputs import Input, TextRule, WordTable
from tprog.ir.operations import (
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    Operation,
)

PREFIXES = {
    CategoricalHead: "attn",
    NumericalHead: "num_attn",
    CategoricalLookup: "mlp",
    NumericalLookup: "num_mlp",
}

# Names that an emitted program uses for itself, in lower case; no variable may take one, nor its constant's.
RESERVED = frozenset(
    (
        # its functions and imports
        *("attend", "attend_past", "attend_ranked", "attend_ranked_past", "attend_first"),
        *("attend_first_past", "attend_best", "attend_best_past", "count", "count_past"),
        *("run", "tables", "word_shape", "json", "sys", "cache", "cast", "get_args", "groupby"),
        *("attend_beside", "matches", "lru_cache"),
        # its constants and types, of which a word table's name in capitals could be one
        *("column", "first_label", "head", "label", "last_label", "masked", "max_length"),
        *("min_length", "observe", "prefix", "scored", "scores", "suffix", "symbols", "token"),
        *("unit_votes", "unknown", "votes"),
        # what stands in its functions
        *("abs", "bool", "dict", "enumerate", "int", "len", "list", "map", "max", "min", "next"),
        *("object", "print", "range", "set", "str", "sum", "tuple", "vars", "zip"),
        *("allowed", "error", "found", "key", "keys", "known", "name", "past", "query", "rows"),
        *("silent", "sums", "table", "tokens", "value", "values", "word", "words", "x"),
    )
)


def operation_layers(inputs: int, operations: Sequence[Operation]) -> tuple[int, ...]:
    """Return the layer of every operation, from 0.

    A head reads what exists before its layer; a look-up also reads its layer's heads (paper, section 3.1). A given
    layer is kept where it is late enough for that; otherwise the earliest layer that fits is taken.
    """
    layers: list[int] = []
    for operation in operations:
        earliest = 0
        looks_up = isinstance(operation, CategoricalLookup | NumericalLookup)
        for variable in operation.reads:
            if variable < inputs:
                continue
            read = operations[variable - inputs]
            same_layer = looks_up and isinstance(read, CategoricalHead | NumericalHead)
            earliest = max(earliest, layers[variable - inputs] + (not same_layer))
        given = operation.layer
        layers.append(earliest if given is None else max(earliest, given))
    return tuple(layers)


def variable_names(
    inputs: Sequence[Input], operations: Sequence[Operation], layers: Sequence[int]
) -> tuple[str, ...]:
    """Return a distinct Python identifier for every variable, the display name where it is one and still free."""
    wanted: list[str] = []
    counts: Counter[str] = Counter()
    for number, variable in enumerate((*inputs, *operations)):
        match variable:
            case WordTable() | TextRule():
                kind: str = "word" if isinstance(variable, WordTable) else variable.feature
                default = f"{kind}_{counts[kind]}"
                counts[kind] += 1
            case CategoricalHead() | NumericalHead() | CategoricalLookup() | NumericalLookup():
                layer = layers[number - len(inputs)]
                kind = f"{PREFIXES[type(variable)]}_{layer}"
                default = f"{kind}_{counts[kind]}"
                counts[kind] += 1
            case _:
                default = type(variable).__name__.lower()
        wanted.append(variable.name if _usable(variable.name) else default)
    taken: set[str] = set()
    names: list[str] = []
    for name in wanted:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        names.append(unique)
    return tuple(names)


def _usable(name: str) -> bool:
    return (
        name.isidentifier()
        and name.isascii()
        and name == name.lower()
        and not name.startswith("_")
        and not keyword.iskeyword(name)
        # `NAME_SCORES` is the constant of a head's scores.
        and not name.endswith("_scores")
        and name not in RESERVED
        and not hasattr(builtins, name)
    )
