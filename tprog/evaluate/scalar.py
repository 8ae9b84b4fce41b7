"""The scalar interpreter, which DEFINES what a Program computes: one input, plain Python.

The array evaluator, emitted code, networks, the solver's encoding and the report's interpreter must agree with it; it shares
no code with them and is their oracle in tests. A step trace is made from its results.
"""

from dataclasses import dataclass

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Compare,
    Constant,
    FiniteValues,
    First,
    Head,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Table,
    TextRule,
    Tokens,
    Value,
    Votes,
    WordTable,
)
from tprog.ir.operations import Operation


@dataclass(frozen=True, slots=True)
class HeadRun:
    """What a head looked at.

    Attributes:
        matches: for each query position the matching key positions, ascending.
        attended: for each query position the attended one; empty for a numerical head.
    """

    matches: tuple[tuple[int, ...], ...]
    attended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScalarRun:
    """Everything that is computed on one input.

    Attributes:
        framed: the framed sequence.
        values: for each variable its entries by position: indices into its values, positions as such, or numbers.
        heads: what each head looked at, by variable.
        votes: for each voting variable, in the classifier's order, by position one integer for each label.
        sums: by position one sum for each label; a single entry where outputs are pooled.
        winners: for each entry of `sums` the label with the largest sum.
        predictions: the winners after forced labels, as text; a single one where outputs are pooled.
    """

    framed: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    heads: dict[int, HeadRun]
    votes: tuple[tuple[tuple[int, ...], ...], ...]
    sums: tuple[tuple[int, ...], ...]
    winners: tuple[int, ...]
    predictions: tuple[str, ...]


def interpret(program: Program, framed: tuple[str, ...]) -> ScalarRun:
    """Run a Program on one framed sequence (see `Domain.frame`)."""
    values: list[tuple[int, ...]] = [
        tuple(_input_value(program, variable, i, word) for i, word in enumerate(framed))
        for variable in program.inputs
    ]
    heads: dict[int, HeadRun] = {}
    for operation in program.operations:
        if isinstance(operation, CategoricalHead | NumericalHead):
            heads[len(values)] = _look(program, operation, values)
        values.append(_operation_values(program, operation, values, heads.get(len(values))))
    votes = tuple(_votes(vote, values[vote.variable]) for vote in program.classifier.votes)
    sums = tuple(
        tuple(sum(vote[i][label] for vote in votes) for label in range(_width(program)))
        for i in range(len(framed))
    )
    if program.classifier.pooled:
        sums = (tuple(map(sum, zip(*sums, strict=True))),)
    winners = tuple(ranking(program, row)[0] for row in sums)
    predictions = [program.classifier.labels[winner] for winner in winners]
    if not program.classifier.pooled:
        if program.classifier.first is not None:
            predictions[0] = program.classifier.first
        if program.classifier.last is not None:
            predictions[-1] = program.classifier.last
    return ScalarRun(framed, tuple(values), heads, votes, sums, winners, tuple(predictions))


def ranking(program: Program, sums: tuple[int, ...]) -> list[int]:
    """Return the labels that can be predicted, the largest sum first, equal sums in the labels' order."""
    masked = program.classifier.masked
    return sorted(
        (label for label in range(_width(program)) if label not in masked),
        key=lambda label: (-sums[label], label),
    )


def value_at(program: Program, variable: int, entry: int) -> Value:
    """Return the value that an entry of a variable stands for."""
    found = program.values[variable]
    return found.values[entry] if isinstance(found, FiniteValues) else entry


def _width(program: Program) -> int:
    return len(program.classifier.labels)


def _input_value(program: Program, variable: object, position: int, word: str) -> int:
    domain = program.domain
    symbol = word if word in domain.alphabet else domain.unknown
    match variable:
        case Tokens():
            return domain.alphabet.index(str(symbol))
        case Positions():
            return position
        case Ones():
            return 1
        case WordTable(table=table):
            return table[domain.alphabet.index(str(symbol))]
        case TextRule():
            return variable.index(word)
    raise TypeError(f"no input variable: {variable!r}")


def _look(program: Program, head: Head, values: list[tuple[int, ...]]) -> HeadRun:
    queries, keys = values[head.query], values[head.key]
    length = len(queries)
    matches = tuple(
        tuple(
            j
            for j in range(i + 1 if head.causal else length)
            if wants(program, head, queries[i], keys[j])
        )
        for i in range(length)
    )
    if isinstance(head, NumericalHead):
        return HeadRun(matches, ())
    attended = tuple(_attend(head, i, matches[i], queries[i], keys) for i in range(length))
    return HeadRun(matches, attended)


def wants(program: Program, head: Head, query: int, key: int) -> bool:
    """Tell whether a query value of a head wants a key value, both as entries."""
    match head.predicate:
        case Table(rows):
            return key in rows[query]
        case KeyIn(keys):
            return key in keys
        case Constant(holds):
            return holds
        case Compare():
            return head.predicate.holds(
                value_at(program, head.query, query), value_at(program, head.key, key)
            )


def _attend(
    head: CategoricalHead, i: int, matches: tuple[int, ...], query: int, keys: tuple[int, ...]
) -> int:
    if not matches:
        return 0
    match head.tie:
        case First():
            return matches[0]
        case ByScore(scores):
            return max(matches, key=lambda j: (scores[query][keys[j]], -j))
        case Nearest("last"):
            others = [j for j in matches if j != i]
            return min(others, key=lambda j: (abs(i - j), j)) if others else i
        case Nearest():
            return min(matches, key=lambda j: (len(matches) if j == i else abs(i - j), j))


def _operation_values(
    program: Program, operation: Operation, values: list[tuple[int, ...]], head: HeadRun | None
) -> tuple[int, ...]:
    match operation, head:
        case CategoricalHead(value=value), HeadRun(attended=attended):
            return tuple(values[value][j] for j in attended)
        case NumericalHead(value=value), HeadRun(matches=matches):
            return tuple(sum(values[value][j] for j in found) for found in matches)
        case CategoricalLookup(arguments=arguments, table=table), _:
            sizes = [len(program.finite_values(argument)) for argument in arguments]
            written = []
            for point in zip(*(values[argument] for argument in arguments), strict=True):
                row = 0
                for size, entry in zip(sizes, point, strict=True):
                    row = row * size + entry
                written.append(table[row])
            return tuple(written)
        case NumericalLookup(arguments=arguments), _:
            points = zip(*(values[argument] for argument in arguments), strict=True)
            return tuple(operation.index(point) for point in points)
    raise TypeError(f"no operation: {operation!r}")


def _votes(vote: Votes, entries: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    if isinstance(vote, CategoricalVotes):
        return tuple(vote.weights[entry] for entry in entries)
    return tuple(tuple(weight * entry for weight in vote.weights) for entry in entries)
