"""Checking a whole Program: every problem, with its place.

Nodes check themselves when they are made; `validate` checks how they fit together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from math import prod

from tprog.errors import InvalidProgram
from tprog.ir.classifier import CategoricalVotes
from tprog.ir.domain import FiniteValues, Integers, Values
from tprog.ir.inputs import Ones, Positions, Tokens, WordTable
from tprog.ir.operations import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
)
from tprog.ir.predicate import predicate_problems
from tprog.ir.program import Program


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`operation 3 (attn_0_1)`) and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def validate(program: Program) -> list[Problem]:
    """Return every broken rule of a Program; an empty list means that it is valid."""
    order = _order_problems(program)
    # Value sets cannot be computed while a head copies a variable that does not come before it.
    return order or [
        *_number_problems(program),
        *_input_problems(program),
        *_operation_problems(program),
        *_classifier_problems(program),
    ]


def check(program: Program) -> Program:
    """Return a valid Program unchanged.

    Raises:
        InvalidProgram: with every problem in its message.
    """
    problems = validate(program)
    if problems:
        raise InvalidProgram("invalid program: " + "; ".join(map(str, problems)))
    return program


def _order_problems(program: Program) -> list[Problem]:
    problems = []
    for number, operation in enumerate(program.operations):
        own = len(program.inputs) + number
        for read in operation.reads:
            if not 0 <= read < own:
                problems.append(
                    Problem(
                        f"operation {number} ({operation.name or type(operation).__name__})",
                        f"reads variable {read}, which is not computed before it",
                    )
                )
    return problems


def _number_problems(program: Program) -> list[Problem]:
    """Find numbers that are no plain Python integers: those of NumPy would be printed as such, and may overflow."""
    problems = []
    parts: list[tuple[str, object]] = [
        (f"variable {number} ({program.names[number]})", variable)
        for number, variable in enumerate(program.variables)
    ]
    for place, part in [*parts, ("classifier", program.classifier)]:
        strange = next(_strange_leaves(part), None)
        if strange is not None:
            kind = type(strange).__name__
            problems.append(
                Problem(place, f"holds {strange!r} of type {kind}; make it a plain number")
            )
    return problems


def _strange_leaves(node: object) -> Iterator[object]:
    """Yield every leaf of nested tuples and nodes that is neither a plain number, nor text, nor None."""
    if type(node) in (int, str, bool, type(None)):
        return
    if isinstance(node, tuple):
        # Long rows of numbers are the usual case, and go by types alone.
        if not set(map(type, node)) <= {int, str}:
            for entry in node:
                yield from _strange_leaves(entry)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _strange_leaves(getattr(node, field.name))
    else:
        yield node


def _input_problems(program: Program) -> list[Problem]:
    problems = []
    for kind in (Tokens, Positions, Ones):
        if sum(isinstance(variable, kind) for variable in program.inputs) > 1:
            problems.append(Problem("inputs", f"{kind.__name__} stands more than once"))
    for number, variable in enumerate(program.inputs):
        size = len(program.domain.alphabet)
        if isinstance(variable, WordTable) and len(variable.table) != size:
            problems.append(
                Problem(
                    f"input {number} ({program.names[number]})",
                    f"{len(variable.table)} table entries for {size} symbols",
                )
            )
    return problems


def _operation_problems(program: Program) -> list[Problem]:
    problems = []
    values = program.values
    for number, operation in enumerate(program.operations):
        place = f"operation {number} ({program.names[len(program.inputs) + number]})"
        reasons: list[str] = []
        match operation:
            case CategoricalHead() | NumericalHead():
                query, key = values[operation.query], values[operation.key]
                for role, found in (("query", query), ("key", key)):
                    if isinstance(found, Integers):
                        reasons.append(f"its {role} is numerical")
                value_numerical = isinstance(values[operation.value], Integers)
                if value_numerical != isinstance(operation, NumericalHead):
                    kind = "numerical" if value_numerical else "categorical"
                    reasons.append(f"its value is {kind}")
                if not isinstance(query, Integers) and not isinstance(key, Integers):
                    reasons += [
                        f"predicate: {reason}"
                        for reason in predicate_problems(operation.predicate, query, key)
                    ]
                    if isinstance(operation, CategoricalHead):
                        reasons += _score_problems(operation, query, key)
            case CategoricalLookup():
                sizes = [
                    len(found)
                    for found in map(values.__getitem__, operation.arguments)
                    if isinstance(found, FiniteValues)
                ]
                if len(sizes) != len(operation.arguments):
                    reasons.append("an argument has no finite value set")
                elif prod(sizes) != len(operation.table):
                    reasons.append(f"{len(operation.table)} table entries for {prod(sizes)} rows")
            case NumericalLookup():
                if not all(
                    isinstance(values[variable], Integers) for variable in operation.arguments
                ):
                    reasons.append("an argument is not numerical")
        problems += [Problem(place, reason) for reason in reasons]
    return problems


def _score_problems(head: CategoricalHead, query: Values, key: Values) -> list[str]:
    if not isinstance(head.tie, ByScore):
        return []
    if not isinstance(query, FiniteValues) or not isinstance(key, FiniteValues):
        return ["scores need finite query and key values"]
    scores = head.tie.scores
    if len(scores) != len(query) or any(len(row) != len(key) for row in scores):
        return [f"scores do not fit {len(query)} x {len(key)} values"]
    return []


def _classifier_problems(program: Program) -> list[Problem]:
    problems = []
    classifier = program.classifier
    seen: set[int] = set()
    for vote in classifier.votes:
        if not 0 <= vote.variable < len(program.variables):
            problems.append(
                Problem("classifier", f"votes of variable {vote.variable}, which does not exist")
            )
            continue
        place = f"classifier ({program.names[vote.variable]})"
        if vote.variable in seen:
            problems.append(Problem(place, "votes twice"))
        seen.add(vote.variable)
        values = program.values[vote.variable]
        if isinstance(vote, CategoricalVotes):
            if not isinstance(values, FiniteValues):
                problems.append(Problem(place, "votes by value, but has no finite value set"))
            elif len(vote.weights) != len(values):
                problems.append(
                    Problem(place, f"{len(vote.weights)} rows for {len(values)} values")
                )
        elif not isinstance(values, Integers):
            problems.append(Problem(place, "votes per unit, but is not numerical"))
    for label, frame, where in (
        (classifier.first, program.domain.prefix, "prefix"),
        (classifier.last, program.domain.suffix, "suffix"),
    ):
        if label is not None and frame is None:
            problems.append(
                Problem("classifier", f"forces a label at a {where} that does not exist")
            )
    return problems
