"""Hypothesis strategies for random Programs: every module kind, causal or not, pooled or not, odd vocabularies."""

from math import prod
from typing import Any, get_args

from hypothesis import strategies as st

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    Input,
    Integers,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Predicate,
    Program,
    Provenance,
    Rectangle,
    Table,
    TextFeature,
    TextRule,
    TieBreak,
    Tokens,
    Values,
    Votes,
    WordTable,
)

# Symbols that break careless quoting: quotes, colons, backslashes, spaces, non-ASCII letters, look-alikes of numbers.
ODD_SYMBOLS = (
    "a",
    "'",
    '"',
    ":",
    "a b",
    "\\",
    "é",
    "漢",
    "0",
    "10",
    "None",
    "{",
    "#",
    "<pad>",
    "U.S.",
    "\t",
    "𝔘",
    "_",
    "nan",
)


@st.composite
def domains(draw: st.DrawFn, bounded: bool | None = None, max_inputs: int = 200) -> Domain:
    """Draw domains whose inputs can be enumerated quickly, or (bounded False) domains without a greatest length."""
    symbols = tuple(
        draw(st.lists(st.sampled_from(ODD_SYMBOLS), min_size=1, max_size=4, unique=True))
    )
    longest = 1
    while sum(len(symbols) ** n for n in range(1, longest + 2)) <= max_inputs and longest < 6:
        longest += 1
    max_length = draw(st.integers(1, longest))
    min_length = draw(st.integers(1, max_length))
    unlimited = draw(st.booleans()) if bounded is None else not bounded
    return Domain(
        symbols=symbols,
        max_length=None if unlimited else max_length,
        min_length=min_length,
        prefix=draw(st.sampled_from([None, "<s>"])),
        suffix=draw(st.sampled_from([None, "</s>"])),
        scored=draw(st.none() | st.just(symbols[:1])),
        unknown=draw(st.none() | st.just(symbols[-1])),
    )


value_sets = st.one_of(
    st.integers(1, 5).map(lambda size: FiniteValues(tuple(range(size)))),
    st.lists(st.sampled_from(("B-LOC3", *ODD_SYMBOLS)), min_size=1, max_size=4, unique=True).map(
        lambda values: FiniteValues(tuple(values))
    ),
)


@st.composite
def inputs(draw: st.DrawFn, domain: Domain) -> tuple[Input, ...]:
    """Draw the input variables of a Program; tokens, positions and ones are always there."""
    found: list[Input] = [Tokens(), Positions(), Ones()]
    for _ in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            values = draw(value_sets)
            size = len(domain.alphabet)
            table = draw(st.lists(st.integers(0, len(values) - 1), min_size=size, max_size=size))
            found.append(WordTable(values, tuple(table)))
        else:
            feature: TextFeature = draw(st.sampled_from(get_args(TextFeature)))
            if feature == "length":
                values = FiniteValues(tuple(range(draw(st.integers(1, 4)))))
            else:
                texts = st.lists(
                    st.sampled_from(("x", "X", "0", "a", "other", "'")),
                    min_size=1,
                    max_size=3,
                    unique=True,
                )
                values = FiniteValues(tuple(draw(texts)))
            size = 0 if feature in ("shape", "lower") else draw(st.integers(1, 3))
            otherwise = draw(st.integers(0, len(values) - 1))
            found.append(TextRule(feature, values, otherwise, size))
    return tuple(found)


@st.composite
def predicates(draw: st.DrawFn, query: Values, key: Values) -> Predicate:
    """Draw a predicate that fits the value sets."""
    finite = isinstance(query, FiniteValues) and isinstance(key, FiniteValues)
    kinds = ["compare", "constant"]
    if isinstance(key, FiniteValues):
        kinds.append("key_in")
    if finite:
        kinds += ["table"] * 4
    kind = draw(st.sampled_from(kinds))
    if kind == "table":
        assert isinstance(query, FiniteValues)
        assert isinstance(key, FiniteValues)
        one = st.integers(0, len(key) - 1).map(lambda index: (index,))
        several = st.sets(st.integers(0, len(key) - 1)).map(lambda found: tuple(sorted(found)))
        row = draw(st.sampled_from([one, several]))
        return Table(tuple(draw(st.lists(row, min_size=len(query), max_size=len(query)))))
    if kind == "key_in":
        assert isinstance(key, FiniteValues)
        return KeyIn(tuple(sorted(draw(st.sets(st.integers(0, len(key) - 1), min_size=1)))))
    if kind == "constant":
        return Constant(draw(st.booleans()))
    texts = [isinstance(values, FiniteValues) and values.textual for values in (query, key)]
    relations = ["==", "!="] + ([] if texts[0] != texts[1] else ["<", "<=", ">", ">="])
    relation: Any = draw(st.sampled_from(relations))
    if any(texts):
        return Compare(relation)
    return Compare(relation, draw(st.sampled_from([1, -1])), draw(st.integers(-3, 5)))


@st.composite
def ties(draw: st.DrawFn, query: Values, key: Values) -> TieBreak:
    """Draw a tie-break that fits the value sets."""
    choices: list[st.SearchStrategy[TieBreak]] = [
        st.just(Nearest()),
        st.just(Nearest()),
        st.just(Nearest("matches")),
        st.just(First()),
    ]
    if isinstance(query, FiniteValues) and isinstance(key, FiniteValues):
        row = st.lists(st.integers(-3, 3), min_size=len(key), max_size=len(key)).map(tuple)
        scores = st.lists(row, min_size=len(query), max_size=len(query)).map(tuple)
        choices.append(scores.map(ByScore))
    return draw(st.one_of(choices))


@st.composite
def operations(draw: st.DrawFn, values: list[Values], causal: bool | None) -> Operation:
    """Draw one operation that reads the given variables."""
    finite = [i for i, found in enumerate(values) if isinstance(found, FiniteValues)]
    numerical = [i for i, found in enumerate(values) if isinstance(found, Integers)]
    categorical = [i for i in range(len(values)) if i not in numerical]
    kind = draw(st.sampled_from(["head", "num_head", "lookup", "num_lookup"]))
    if kind in ("head", "num_head"):
        query, key = draw(st.sampled_from(categorical)), draw(st.sampled_from(categorical))
        predicate = draw(predicates(values[query], values[key]))
        masked = draw(st.booleans()) if causal is None else causal
        if kind == "num_head":
            return NumericalHead(query, key, draw(st.sampled_from(numerical)), predicate, masked)
        tie = draw(ties(values[query], values[key]))
        return CategoricalHead(
            query, key, draw(st.sampled_from(categorical)), predicate, tie, masked
        )
    written = draw(value_sets)
    entry = st.integers(0, len(written) - 1)
    if kind == "lookup":
        arguments = draw(st.lists(st.sampled_from(finite), min_size=1, max_size=3))
        sizes = [len(found) for i in arguments if isinstance(found := values[i], FiniteValues)]
        if prod(sizes) > 80:
            arguments, sizes = arguments[:1], sizes[:1]
        size = prod(sizes)
        table = draw(st.lists(entry, min_size=size, max_size=size))
        return CategoricalLookup(tuple(arguments), written, tuple(table))
    arguments = draw(st.lists(st.sampled_from(numerical), min_size=1, max_size=3))
    caps = tuple(
        draw(st.lists(st.integers(0, 4), min_size=len(arguments), max_size=len(arguments)))
    )
    boxes = []
    for _ in range(draw(st.integers(0, 3))):
        lows = [draw(st.integers(0, cap)) for cap in caps]
        bounds = tuple(
            (low, draw(st.integers(low, cap))) for low, cap in zip(lows, caps, strict=True)
        )
        boxes.append(Rectangle(bounds, draw(entry)))
    return NumericalLookup(tuple(arguments), written, caps, tuple(boxes), draw(entry))


@st.composite
def programs(
    draw: st.DrawFn,
    bounded: bool | None = True,
    max_operations: int = 6,
    max_inputs: int = 200,
    causal: bool | None = None,
) -> Program:
    """Draw a valid Program; by default with a finite domain that can be enumerated."""
    domain = draw(domains(bounded, max_inputs))
    variables = draw(inputs(domain))
    skeleton = Program(domain, variables, (), Classifier(("x",), ()))
    for number in range(draw(st.integers(0, max_operations))):
        operation = draw(operations(list(skeleton.values), causal))
        noted = draw(st.sampled_from([(), ('A note: it isn\'t "code".', "Second line.")]))
        named = draw(st.sampled_from(["", f"part_{number}"]))
        layer = draw(st.sampled_from([None, 0, 1, 2]))
        operation = type(operation)(
            **{
                **{name: getattr(operation, name) for name in operation.__dataclass_fields__},
                "name": named,
                "notes": noted,
                "layer": layer,
            }
        )
        skeleton = Program(
            domain, variables, (*skeleton.operations, operation), skeleton.classifier
        )
    names = st.sampled_from(("<pad>", *ODD_SYMBOLS))
    labels = tuple(draw(st.lists(names, min_size=1, max_size=4, unique=True)))
    weight = st.integers(-(10 ** draw(st.sampled_from([1, 4, 12]))), 10**4)
    votes: list[Votes] = []
    for index, values in enumerate(skeleton.values):
        if draw(st.integers(0, 3)) == 0:
            continue
        row = st.lists(weight, min_size=len(labels), max_size=len(labels)).map(tuple)
        if isinstance(values, FiniteValues):
            rows = draw(st.lists(row, min_size=len(values), max_size=len(values)))
            votes.append(CategoricalVotes(index, tuple(rows)))
        elif isinstance(values, Integers):
            votes.append(NumericalVotes(index, draw(row)))
    masked = tuple(sorted(draw(st.sets(st.integers(0, len(labels) - 1), max_size=len(labels) - 1))))
    pooled = draw(st.booleans()) and causal is not True
    classifier = Classifier(
        labels,
        tuple(votes),
        masked,
        pooled,
        first=draw(st.sampled_from([None, "<s>"])) if domain.prefix else None,
        last=draw(st.sampled_from([None, "</s>"])) if domain.suffix else None,
    )
    provenance = draw(
        st.sampled_from(
            [
                Provenance(),
                Provenance('A program: it\'s "odd" \\ 漢', "sort", ("Accuracy: 99.9 %", "second")),
            ]
        )
    )
    return Program(domain, variables, skeleton.operations, classifier, provenance)
