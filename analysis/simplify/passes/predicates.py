"""A checked pass that shortens predicates: fewer and more alike rows, and comparisons for tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.cost import odd_entries, operation_lines
from tprog.analysis.simplify.passes.operations import narrowed
from tprog.analysis.simplify.pruning import named, number_of, prune, with_operation
from tprog.evaluate.comparisons import best_comparison
from tprog.evaluate.many_programs import value_counts
from tprog.ir import (
    CategoricalHead,
    Compare,
    Constant,
    FiniteValues,
    Head,
    KeyIn,
    NumericalHead,
    Predicate,
    Program,
    Table,
    predicate_table,
)

Row = tuple[int, ...]

# A symbolic form is believed where so many query values that occur follow it.
LIVE_POINTS = 3
# How often all groups of a predicate are tried.
SWEEPS = 3


def shorten_predicates(program: Program, acceptance: Acceptance) -> Program:
    """Give predicates fewer branches: unused rows join others, branches merge, comparisons stand for tables.

    Every change makes the predicate shorter or its rows more alike; later heads are tried first.
    """
    program = named(program)
    heads = [
        found.name
        for found in program.operations
        if isinstance(found, CategoricalHead | NumericalHead)
    ]
    for name in reversed(heads):
        program = _whole(program, name, acceptance)
        for _ in range(SWEEPS):
            changed = _swept(program, name, acceptance)
            if changed == program:
                break
            program = changed
    return program


def _table(program: Program, name: str) -> tuple[Head, Table] | None:
    """Return a head and its predicate; None where the head is gone or its predicate is no table."""
    number = number_of(program, name)
    if number is None:
        return None
    head = program.operations[number - len(program.inputs)]
    assert isinstance(head, CategoricalHead | NumericalHead)
    return (head, head.predicate) if isinstance(head.predicate, Table) else None


def _with(program: Program, name: str, predicate: Predicate) -> tuple[Program, bool] | None:
    """Return the pruned Program with another predicate, and whether it is worth other votes; None where it is no shorter.

    Fewer lines are, and a comparison for a table; rows that are more alike are not, since fitting takes long.
    """
    number = number_of(program, name)
    assert number is not None
    head = program.operations[number - len(program.inputs)]
    assert isinstance(head, CategoricalHead | NumericalHead)
    changed = narrowed(program, replace(head, predicate=predicate))
    assert isinstance(changed, CategoricalHead | NumericalHead)
    before, after = (
        (operation_lines(program, found), odd_entries(program, found)) for found in (head, changed)
    )
    if after >= before:
        return None
    worth = after[0] < before[0] or not isinstance(changed.predicate, Table)
    return prune(with_operation(program, number, changed)), worth


def _whole(program: Program, name: str, acceptance: Acceptance) -> Program:
    """Return the Program with the first predicate of a list that is shorter and accepted."""
    found = _table(program, name)
    if found is None:
        return program
    for predicate in dict.fromkeys(_candidates(program, found[0], acceptance)):
        changed = _with(program, name, predicate)
        accepted = None if changed is None else acceptance.accepted(*changed)
        if accepted is not None:
            return _whole(accepted, name, acceptance)
        if acceptance.over:
            break
    return program


def _swept(program: Program, name: str, acceptance: Acceptance) -> Program:
    """Return the Program with branches merged, each group tried once."""
    found = _table(program, name)
    if found is None:
        return program
    counts = Counter(found[1].rows)
    program = _conformed(program, name, acceptance)
    targets = [*sorted(counts, key=lambda row: (-counts[row], row)), ()]
    for group in sorted(counts, key=lambda row: (counts[row], row)):
        program = _merged(program, name, group, targets, acceptance)
    return program


def _conformed(program: Program, name: str, acceptance: Acceptance) -> Program:
    """Return the Program with rows brought in line with the comparison that most of them follow, one by one."""
    found = _table(program, name)
    if found is None:
        return program
    queries, keys = program.finite_values(found[0].query), program.finite_values(found[0].key)
    form = best_comparison(found[1].rows, queries, keys)
    if form is None:
        return program
    wanted = predicate_table(form[0], queries, keys).rows
    for number in form[1]:
        current = _table(program, name)
        if current is None or acceptance.over:
            break
        rows = current[1].rows
        table = Table((*rows[:number], wanted[number], *rows[number + 1 :]))
        changed = _with(program, name, form[0] if table.rows == wanted else table)
        accepted = None if changed is None else acceptance.accepted(*changed)
        if accepted is not None:
            program = accepted
    return program


def _merged(
    program: Program,
    name: str,
    group: Row,
    targets: list[Row],
    acceptance: Acceptance,
) -> Program:
    """Return the Program with a group of rows joined to others, together or one by one."""
    found = _table(program, name)
    if found is None or acceptance.over or group not in found[1].rows:
        return program
    rows = found[1].rows
    others = [row for row in dict.fromkeys(targets) if row != group and (row in rows or not row)]
    for other in others:
        changed = _with(program, name, Table(tuple(other if r == group else r for r in rows)))
        accepted = None if changed is None else acceptance.accepted(*changed)
        if accepted is not None:
            return accepted
    return (
        program if rows.count(group) == 1 else _scattered(program, name, group, others, acceptance)
    )


def _scattered(
    program: Program,
    name: str,
    group: Row,
    others: list[Row],
    acceptance: Acceptance,
) -> Program:
    """Return the Program with each row of a group joined to some other group, if all can be."""
    number, found = number_of(program, name), _table(program, name)
    assert number is not None
    assert found is not None
    head, table = found
    mark, rows = acceptance.mark(), list(table.rows)
    for place in [place for place, row in enumerate(table.rows) if row == group]:
        for other in others:
            rows[place] = other
            candidate = replace(head, predicate=Table(tuple(rows)))
            if acceptance.accepts(with_operation(program, number, candidate)):
                break
        else:
            acceptance.back(mark)
            return program
    changed = _with(program, name, Table(tuple(rows)))
    if changed is not None and acceptance.accepts(changed[0]):
        return changed[0]
    acceptance.back(mark)
    return program


def _candidates(program: Program, head: Head, acceptance: Acceptance) -> Iterator[Predicate]:
    """Yield predicates to try, the shortest first."""
    assert isinstance(head.predicate, Table)
    columns = acceptance.columns(program)
    queries, keys = program.finite_values(head.query), program.finite_values(head.key)
    asked = value_counts(columns, head.query, len(queries))
    held = value_counts(columns, head.key, len(keys)) > 0
    live = [number for number in range(len(queries)) if asked[number]]
    rows = [tuple(key for key in row if held[key]) for row in head.predicate.rows]
    groups: Counter[Row] = Counter()
    for number in live:
        groups[rows[number]] += int(asked[number])
    order = sorted(groups, key=lambda row: (-groups[row], row))
    if not order:
        yield Constant(False)
        return
    # Rows that are never asked join the largest group.
    yield Table(_grouped(rows, live))
    for row in order:
        yield KeyIn(row) if row else Constant(False)
    yield Constant(False)
    yield Constant(True)
    yield from symbolic(queries, keys, rows, live)


def _grouped(rows: list[Row], live: list[int]) -> tuple[Row, ...]:
    """Return rows where those that are never asked are the commonest of the others."""
    counts = Counter(rows[number] for number in live)
    common = max(counts, key=lambda row: counts[row])
    asked = set(live)
    return tuple(row if number in asked else common for number, row in enumerate(rows))


def symbolic(
    queries: FiniteValues, keys: FiniteValues, rows: list[Row], live: list[int]
) -> list[Predicate]:
    """Return symbolic forms that enough rows follow, the one that most follow first."""
    forms: list[Compare] = []
    if queries.textual == keys.textual:
        forms.append(Compare("=="))
    if not queries.textual and not keys.textual:
        most = max(int(value) for value in (*queries.values, *keys.values))
        forms += [Compare("==", 1, shift) for shift in range(-most, most + 1) if shift]
        forms += [Compare("==", -1, total) for total in range(2 * most + 1)]
        forms += [
            Compare(relation, 1, shift)
            for relation in ("<", "<=", ">", ">=", "!=")
            for shift in (0, 1, -1)
        ]
    elif queries.textual and keys.textual:
        forms += [Compare(relation) for relation in ("<", "<=", ">", ">=", "!=")]
    scored: list[tuple[int, int, Predicate]] = []
    for number, form in enumerate(forms):
        table = predicate_table(form, queries, keys).rows
        follow = sum(table[query] == rows[query] and bool(rows[query]) for query in live)
        if follow >= min(LIVE_POINTS, len(live)) and follow * 3 >= len(live):
            scored.append((-follow, number, form))
    return [form for _, _, form in sorted(scored, key=lambda found: found[:2])]
