"""Writes Programs in the shape of published files, in our own words, for the tests that read them back."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
    Votes,
    WordTable,
)
from tprog.published.assemble import WrittenExample

RANKS: dict[Nearest | First, str] = {
    Nearest("matches"): "len(found) if j == i else abs(i - j)",
    Nearest("last"): "len(keys) if j == i else abs(i - j)",
    First(): "j",
}


PUBLISHED = Nearest("matches")


def helpers(tie: Nearest | First = PUBLISHED, causal: bool = False) -> str:
    """Return helper functions that behave as published ones do."""
    seen = "keys[:i + 1]" if causal else "keys"
    return f"""
def select_closest(keys, queries, predicate):
    attention = [[False for key in keys] for query in queries]
    for i, query in enumerate(queries):
        found = [j for j, key in enumerate({seen}) if predicate(query, key)]
        if len(found) == 0:
            attention[i][0] = True
        else:
            best = min(found, key=lambda j: {RANKS[tie]})
            attention[i][best] = True
    return attention


def select(keys, queries, predicate):
    return [[predicate(query, key) for key in {seen}] for i, query in enumerate(queries)]


def aggregate(attention, values):
    return [[value for on, value in zip(row, values) if on][0] for row in attention]


def aggregate_sum(attention, values):
    return [sum([value for on, value in zip(row, values) if on]) for row in attention]
"""


def write(
    program: Program,
    folder: Path,
    name: str = "program",
    examples: Sequence[WrittenExample] = (),
    enums: bool = False,
) -> Path:
    """Write a Program and the files beside it; return the program's file."""
    head = next((one for one in program.operations if isinstance(one, CategoricalHead)), None)
    tie = Nearest("matches") if head is None else head.tie
    assert isinstance(tie, Nearest | First)
    causal = any(
        one.causal for one in program.operations if isinstance(one, CategoricalHead | NumericalHead)
    )
    words = [one for one in program.inputs if isinstance(one, WordTable)]
    lines = ["import numpy as np", "import pandas as pd"]
    if words and enums:
        listed = ", ".join(f"Emb{number}" for number in range(len(words)))
        lines.append(f"from programs.{name}_embeddings import {listed}")
        (folder / f"{name}_embeddings.py").write_text(_enum_module(program, words))
    lines.append(helpers(tie, causal))
    pooled = program.classifier.pooled
    lines.append(f"def run(tokens{', return_details=False' if pooled else ''}):")
    lines += [f"    {line}" for line in _body(program, name, enums)]
    lines.append(f"examples = {[(list(one.tokens), list(one.labels)) for one in examples]!r}")
    lines += ["for x, y in examples:", "    y_hat = run(x)", "    print(y_hat)"]
    path = folder / f"{name}.py"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / f"{name}_weights.csv").write_text(_weights(program, enums), encoding="utf-8")
    if words:
        (folder / f"{name}_embeddings.csv").write_text(_embeddings(program, words), "utf-8")
    return path


def column(program: Program, variable: int) -> str:
    """Return what the written file calls a variable."""
    node = program.variables[variable]
    match node:
        case Tokens() | Positions() | Ones():
            return {Tokens: "tokens", Positions: "positions", Ones: "ones"}[type(node)]
        case WordTable():
            words = [one for one in program.inputs if isinstance(one, WordTable)]
            return f"var{words.index(node)}_embeddings"
        case _:
            return f"{program.names[variable]}_outputs"


def _source(program: Program, variable: int) -> int:
    """Return the variable whose values a head copies in the end."""
    node = program.variables[variable]
    return _source(program, node.value) if isinstance(node, CategoricalHead) else variable


def _literal(program: Program, variable: int, index: int, enums: bool) -> str:
    origin = program.variables[_source(program, variable)]
    value = program.finite_values(variable).values[index]
    if isinstance(origin, WordTable) and enums:
        words = [one for one in program.inputs if isinstance(one, WordTable)]
        return f"Emb{words.index(origin)}.V{value:02}"
    return repr(value)


def _body(program: Program, name: str, enums: bool) -> list[str]:
    lines = [
        f'weights = pd.read_csv("made/elsewhere/{name}_weights.csv", index_col=[0, 1], dtype={{"feature": str}})',
        "positions = list(range(len(tokens)))",
        "ones = [1 for _ in range(len(tokens))]",
    ]
    words = [one for one in program.inputs if isinstance(one, WordTable)]
    if words:
        lines += [
            f'frame = pd.read_csv("made/elsewhere/{name}_embeddings.csv").set_index("word")',
            "embeddings = frame.loc[tokens]",
        ]
    for number in range(len(words)):
        made = f'embeddings["var{number}_embeddings"]'
        lines.append(
            f"var{number}_embeddings = "
            + (f'[Emb{number}[f"V{{i:02}}"] for i in {made}]' if enums else f"{made}.tolist()")
        )
    for number, operation in enumerate(program.operations, len(program.inputs)):
        lines += _operation(program, number, operation, enums)
    scores = []
    for vote in program.classifier.votes:
        shown = column(program, vote.variable)
        scores.append(f"{shown}_scores")
        pair = f'("{shown}", str(v))' if isinstance(vote, CategoricalVotes) else f'("{shown}", "_")'
        times = "" if isinstance(vote, CategoricalVotes) else f".mul({shown}, axis=0)"
        lines.append(f"{shown}_scores = weights.loc[[{pair} for v in {shown}]]{times}")
    lines += [
        f"votes = pd.concat([df.reset_index() for df in [{', '.join(scores)}]])",
        "sums = votes.groupby(level=0).sum(numeric_only=True).to_numpy()",
        "classes = weights.columns.to_numpy()",
    ]
    if program.classifier.pooled:
        return [
            *lines,
            "pooled = sums.mean(0)",
            "prediction = classes[pooled.argmax(-1)]",
            "if return_details:",
            "    return prediction, sums",
            "return prediction",
        ]
    lines.append("predictions = classes[sums.argmax(-1)]")
    for place, label in ((0, program.classifier.first), (-1, program.classifier.last)):
        frame = program.domain.prefix if place == 0 else program.domain.suffix
        if label is not None:
            lines += [f"if tokens[{place}] == {frame!r}:", f"    predictions[{place}] = {label!r}"]
    return [*lines, "return predictions.tolist()"]


def _operation(program: Program, number: int, operation: Operation, enums: bool) -> list[str]:
    name = program.names[number]
    match operation:
        case CategoricalHead() | NumericalHead():
            query, key = column(program, operation.query), column(program, operation.key)
            assert isinstance(operation.predicate, Table)
            lines = [f"# {name} ################", f"def predicate_{number}(q_value, k_value):"]
            branch = "if"
            for index, row in enumerate(operation.predicate.rows):
                if not row:
                    continue
                wanted = _literal(program, operation.key, row[0], enums)
                lines.append(
                    f"    {branch} q_value in {{{_literal(program, operation.query, index, enums)}}}:"
                )
                lines.append(f"        return k_value == {wanted}")
                branch = "elif"
            if branch == "if":
                lines.append("    return False")
            helper = (
                ("select_closest", "aggregate")
                if isinstance(operation, CategoricalHead)
                else ("select", "aggregate_sum")
            )
            return [
                *lines,
                f"{name}_pattern = {helper[0]}({key}, {query}, predicate_{number})",
                f"{name}_outputs = {helper[1]}({name}_pattern, {column(program, operation.value)})",
            ]
        case CategoricalLookup(arguments=arguments, table=table):
            cases = _points(program, arguments, enums)
            keys: dict[int, list[str]] = {}
            for point, entry in zip(cases, table, strict=True):
                keys.setdefault(entry, []).append(point)
            return _lookup(program, name, arguments, operation.values, keys, table[0])
        case NumericalLookup(arguments=arguments):
            grid: list[tuple[int, ...]] = [(n,) for n in range(operation.caps[0] + 1)]
            if len(arguments) == 2:
                grid = [(*one, n) for one in grid for n in range(operation.caps[1] + 1)]
            keys = {}
            beyond = operation.index(operation.caps)
            for numbers in grid:
                keys.setdefault(operation.index(numbers), []).append(
                    repr(numbers[0] if len(numbers) == 1 else numbers)
                )
            return _lookup(program, name, arguments, operation.values, keys, beyond)
    raise TypeError(operation)


def _points(program: Program, arguments: Sequence[int], enums: bool) -> list[str]:
    points: list[tuple[str, ...]] = [()]
    for argument in arguments:
        values = range(len(program.finite_values(argument)))
        points = [
            (*point, _literal(program, argument, value, enums))
            for point in points
            for value in values
        ]
    return [point[0] if len(point) == 1 else f"({', '.join(point)})" for point in points]


def _lookup(
    program: Program,
    name: str,
    arguments: Sequence[int],
    values: FiniteValues,
    keys: dict[int, list[str]],
    default: int,
) -> list[str]:
    names = [f"argument_{place}" for place in range(len(arguments))]
    lines = [f"def {name}({', '.join(names)}):", f"    key = ({', '.join(names)})"]
    for entry, points in keys.items():
        if entry != default:
            lines += [
                f"    if key in {{{', '.join(points)}}}:",
                f"        return {values.values[entry]}",
            ]
    lines.append(f"    return {values.values[default]}")
    read = [column(program, argument) for argument in arguments]
    loop = ", ".join(f"k{place}" for place in range(len(read)))
    over = read[0] if len(read) == 1 else f"zip({', '.join(read)})"
    return [*lines, f"{name}_outputs = [{name}({loop}) for {loop} in {over}]"]


def decimal(weight: int) -> str:
    """Return a weight as a decimal number, in one of the ways in which files write them."""
    shown = Fraction(weight, 1000)
    return f"{float(shown)!r}" if weight % 2 else f"{float(shown):e}"


def _weights(program: Program, enums: bool) -> str:
    lines = [",".join(["feature", "value", *program.classifier.labels])]
    for vote in program.classifier.votes:
        shown = column(program, vote.variable)
        if isinstance(vote, CategoricalVotes):
            for index, row in enumerate(vote.weights):
                value = _literal(program, vote.variable, index, enums)
                if isinstance(program.finite_values(vote.variable).values[index], str):
                    value = str(program.finite_values(vote.variable).values[index])
                lines.append(",".join([shown, value, *map(decimal, row)]))
        else:
            lines.append(",".join([shown, "_", *map(decimal, vote.weights)]))
    lines += ["tokens,<pad>" + ",0.5" * len(program.classifier.labels)]
    return "\n".join(lines) + "\n"


def _embeddings(program: Program, words: Sequence[WordTable]) -> str:
    lines = [",".join(["word", *(f"var{number}_embeddings" for number in range(len(words)))])]
    for place, symbol in enumerate(program.domain.alphabet):
        numbers = (one.values.values[one.table[place]] for one in words)
        lines.append(",".join([symbol, *map(str, numbers)]))
    return "\n".join(lines) + "\n"


def _enum_module(program: Program, words: Sequence[WordTable]) -> str:
    lines = ["from enum import Enum"]
    for number, one in enumerate(words):
        lines.append(f"class Emb{number}(Enum):")
        for index, value in enumerate(one.values.values):
            listed = [
                symbol
                for symbol, entry in zip(program.domain.alphabet, one.table, strict=True)
                if entry == index
            ]
            lines.append(f"\tV{value:02} = {listed!r}")
    return "\n".join(lines) + "\n"


ties: st.SearchStrategy[Nearest | First] = st.sampled_from(
    [Nearest("matches"), Nearest("last"), First()]
)


@st.composite
def published_programs(draw: st.DrawFn, embedded: bool | None = None) -> Program:
    """Draw Programs of the published form: one wanted key at most, two arguments at most, numbers as results."""
    embedded = draw(st.booleans()) if embedded is None else embedded
    symbols = tuple(draw(st.lists(st.sampled_from("abcxyz"), min_size=1, max_size=3, unique=True)))
    if embedded:
        symbols = (*symbols, "<unk>")
    suffix = draw(st.sampled_from([None, "</s>"]))
    domain = Domain(
        symbols,
        draw(st.integers(1, 3)),
        suffix=suffix,
        unknown="<unk>" if embedded else None,
    )
    size = len(domain.alphabet)
    inputs: list[Tokens | Positions | Ones | WordTable] = [] if embedded else [Tokens()]
    inputs += [Positions(), Ones()]
    for number in range(draw(st.integers(1, 2)) if embedded else 0):
        wanted = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
        used = tuple(sorted(set(wanted)))
        table = tuple(used.index(value) for value in wanted)
        inputs.append(WordTable(FiniteValues(used), table, name=f"var{number}_embeddings"))
    tie = draw(ties)
    causal = draw(st.booleans())
    program = Program(domain, tuple(inputs), (), Classifier(("x",), ()))
    for number in range(draw(st.integers(0, 5))):
        operation = draw(_operations(program, tie, causal, f"part_{number}"))
        program = Program(
            domain, program.inputs, (*program.operations, operation), program.classifier
        )
    labels = tuple(
        draw(st.lists(st.sampled_from(["P", "Q", "R", "s"]), min_size=1, max_size=3, unique=True))
    )
    row = st.lists(st.integers(-3000, 3000), min_size=len(labels), max_size=len(labels)).map(tuple)
    votes: list[Votes] = []
    for number, values in enumerate(program.values):
        if isinstance(values, FiniteValues):
            rows = draw(st.lists(row, min_size=len(values), max_size=len(values)))
            votes.append(CategoricalVotes(number, tuple(rows)))
        else:
            votes.append(NumericalVotes(number, draw(row)))
    pooled = draw(st.booleans())
    classifier = Classifier(
        labels,
        tuple(votes),
        pooled=pooled,
        first=None if pooled else draw(st.sampled_from([None, "<s>"])),
        last=None if pooled or suffix is None else draw(st.sampled_from([None, "</s>"])),
    )
    return Program(domain, program.inputs, program.operations, classifier)


@st.composite
def _operations(
    draw: st.DrawFn, program: Program, tie: Nearest | First, causal: bool, name: str
) -> Operation:
    finite = [i for i, one in enumerate(program.values) if isinstance(one, FiniteValues)]
    numerical = [i for i in range(len(program.values)) if i not in finite]
    kind = draw(st.sampled_from(["head", "count", "lookup", "num_lookup"]))
    if kind in ("head", "count"):
        query, key = draw(st.sampled_from(finite)), draw(st.sampled_from(finite))
        wanted = st.none() | st.integers(0, len(program.finite_values(key)) - 1)
        size = len(program.finite_values(query))
        rows = draw(st.lists(wanted, min_size=size, max_size=size))
        table = Table(tuple(() if one is None else (one,) for one in rows))
        if kind == "count":
            value = draw(st.sampled_from(numerical))
            return NumericalHead(query, key, value, table, causal, name=name)
        value = draw(st.sampled_from(finite))
        return CategoricalHead(query, key, value, table, tie, causal, name=name)
    values = FiniteValues(tuple(range(draw(st.integers(1, 4)))))
    entry = st.integers(0, len(values) - 1)
    read = draw(
        st.lists(
            st.sampled_from(finite if kind == "lookup" else numerical),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    if kind == "lookup":
        size = 1
        for argument in read:
            size *= len(program.finite_values(argument))
        found = draw(st.lists(entry, min_size=size, max_size=size))
        return CategoricalLookup(tuple(read), values, tuple(found), name=name)
    caps = tuple(draw(st.integers(0, 3)) for _ in read)
    boxes = []
    for _ in range(draw(st.integers(0, 2))):
        lows = [draw(st.integers(0, cap)) for cap in caps]
        bounds = tuple(
            (low, draw(st.integers(low, cap))) for low, cap in zip(lows, caps, strict=True)
        )
        boxes.append(Rectangle(bounds, draw(entry)))
    return NumericalLookup(tuple(read), values, caps, tuple(boxes), draw(entry), name=name)
