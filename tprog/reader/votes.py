"""The classifier of a program: its votes and labels, checked against its variables."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tprog.codegen.fixed import SHARED, after_variables
from tprog.errors import InvalidProgram
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Integers,
    NumericalVotes,
    Program,
    Values,
    Votes,
)
from tprog.reader.constants import Constants
from tprog.reader.run import has_gaps
from tprog.reader.source import same


def read_classifier(
    constants: Constants, domain: Domain, numbers: Mapping[str, int], values: Sequence[Values]
) -> Classifier:
    """Return the classifier that a file describes; variables are known by their numbers and values."""
    where = constants.file.constant("Label")
    found = constants.values(ast.Name("Label"), where)
    labels = [label for label in found.values if isinstance(label, str)]
    if len(labels) != len(found):
        raise constants.source.error(where, "labels are strings; put them in quotes")
    votes = [
        vote
        for title in ("VOTES", "UNIT_VOTES")
        for vote in _votes(constants, title, numbers, values, len(labels))
    ]
    masked = constants.texts("MASKED") or ()
    if any(label not in labels for label in masked):
        raise constants.error("MASKED", "MASKED lists labels only")
    try:
        classifier = Classifier(
            tuple(labels),
            tuple(sorted(votes, key=lambda vote: vote.variable)),
            tuple(sorted({labels.index(label) for label in masked})),
            pooled=False,
            first=constants.text("FIRST_LABEL"),
            last=constants.text("LAST_LABEL"),
        )
        return _pooled(constants, domain, classifier)
    except InvalidProgram as error:
        raise constants.source.error(where, str(error)) from None


def _pooled(constants: Constants, domain: Domain, classifier: Classifier) -> Classifier:
    """Return the classifier, pooled where `run` ends in a line that only pooled programs have."""
    pooled = replace(classifier, pooled=True)
    lines = [
        after_variables(Program(domain, (), (), found), False) for found in (pooled, classifier)
    ]
    own = [ast.parse(line).body[0] for line in lines[0] if line not in lines[1]]
    body = constants.file.function("run", 1).body
    return pooled if any(same(line, found) for line in own for found in body) else classifier


def _votes(
    constants: Constants,
    title: str,
    numbers: Mapping[str, int],
    values: Sequence[Values],
    width: int,
) -> list[Votes]:
    """Return the votes in one of the two tables."""
    if title not in constants.file.constants:
        return []
    error = constants.source.error
    table = constants.file.table(title)
    if not isinstance(table, ast.Dict) or not table.keys:
        raise error(table, f"{title} must be a dict from a variable's name to its votes")
    votes: dict[str, Votes] = {}
    shared: list[ast.expr] = []
    for key, entry in zip(table.keys, table.values, strict=True):
        name = constants.evaluate(key) if key is not None else None
        if not isinstance(name, str) or name not in numbers:
            raise error(key or table, f"{title} names {name!r}, which run does not compute")
        if name in votes:
            raise error(key or table, f"{name} votes twice; remove one of the two")
        variable = numbers[name]
        found = values[variable]
        if title == "UNIT_VOTES":
            if not isinstance(found, Integers):
                raise error(entry, f"{name} is no number; its votes belong into VOTES")
            votes[name] = NumericalVotes(variable, _row(constants, entry, width))
        else:
            if not isinstance(found, FiniteValues):
                raise error(entry, f"{name} has no values of its own to vote by")
            votes[name] = CategoricalVotes(variable, _rows(constants, entry, found, width, shared))
    return list(votes.values())


def _rows(
    constants: Constants,
    table: ast.expr,
    values: FiniteValues,
    width: int,
    shared: list[ast.expr],
) -> tuple[tuple[int, ...], ...]:
    """Return a row for each value; `shared` are the rows that were named, which a name stands for from then on."""
    error = constants.source.error
    if not isinstance(table, ast.Dict):
        raise error(table, "votes are a dict from a value to a row of numbers")
    shown = ", ".join(map(repr, values.values[:12]))
    rows: dict[object, tuple[int, ...]] = {}
    for key, row in zip(table.keys, table.values, strict=True):
        value = constants.evaluate(key) if key is not None else None
        known = values.index(value) if isinstance(value, str | int) else None
        if known is None or isinstance(value, bool) or value in rows:
            raise error(
                key or table, f"a row for {value!r} does not belong here; the values are {shown}"
            )
        match row:
            case ast.NamedExpr(target=ast.Name(id=name)) if name == SHARED:
                shared.append(row.value)
                row = row.value
            case ast.Name(id=name) if name == SHARED and shared:
                row = shared[-1]
        rows[value] = _row(constants, row, width)
    missing = [value for value in values.values if value not in rows]
    if missing and not has_gaps(constants.file.function("run", 1)):
        raise error(
            table, f"the votes of {missing[0]!r} are missing; add a row: the values are {shown}"
        )
    return tuple(rows.get(value, (0,) * width) for value in values.values)


def _row(constants: Constants, row: ast.expr, width: int) -> tuple[int, ...]:
    found = constants.evaluate(row)
    fits = isinstance(found, tuple | list) and all(type(weight) is int for weight in found)
    if not fits or len(found) != width:
        raise constants.source.error(
            row, f"a row of votes is {width} whole numbers in brackets, one for each label"
        )
    return tuple(found)
