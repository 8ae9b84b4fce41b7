"""The structural proof: two Programs that become the same one by rewritings that hold on every input.

Only what decides labels is compared: votes, by a hash of what each voting variable computes, which knows no names, no order of
operations and no order of arguments. A label wins by its lead over the others, so what all labels get alike is subtracted,
and so is a common factor divided out.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from tprog.analysis.measure.canonical import LARGEST_TABLE, digest, meanings, ordered
from tprog.ir import CategoricalVotes, Domain, NumericalLookup, Program, Value

Row = tuple[int, ...]
# By value; for a numerical variable a single row by None, per unit.
Rows = tuple[tuple[Value | None, Row], ...]


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes of a Program, for those of its labels that can win.

    Attributes:
        labels: the labels that can be predicted; a tie goes to the first of them.
        pooled: whether votes are added over all positions.
        bias: what each label gets at every position.
        votes: for each voting variable, by a key, what each value adds; zero rows are left out.
    """

    labels: tuple[str, ...]
    pooled: bool
    bias: Row
    votes: tuple[tuple[str, Rows], ...]


def ballot(program: Program, keys: Sequence[str]) -> Ballot:
    """Return the votes of a Program in a form that another has too where both decide by the same sums.

    `keys` holds for each variable what stands for it; variables with equal keys must always have equal values.
    """
    masked = set(program.classifier.masked)
    kept = [index for index in range(len(program.classifier.labels)) if index not in masked]
    bias = [0] * len(kept)
    tables: dict[str, dict[Value | None, list[int]]] = {}
    for vote in program.classifier.votes:
        rows: Mapping[Value | None, Sequence[int]]
        if isinstance(vote, CategoricalVotes):
            values = program.finite_values(vote.variable).values
            rows = dict(zip(values, vote.weights, strict=True))
            base: Sequence[int] = rows[ordered(values)[0]]
        else:
            rows, base = {None: vote.weights}, [0] * len(vote.weights)
        table = tables.setdefault(keys[vote.variable], defaultdict(lambda: [0] * len(kept)))
        for place, lead in enumerate(_leads(base, kept)):
            bias[place] += lead
        for value, row in rows.items():
            above = [weight - start for weight, start in zip(row, base, strict=True)]
            for place, lead in enumerate(_leads(above, kept)):
                table[value][place] += lead
    labels = tuple(program.classifier.labels[index] for index in kept)
    return _counted(labels, program.classifier.pooled, bias, tables)


def at_place(
    votes: Ballot,
    values: Callable[[str], Collection[Value]],
    explained: Callable[[str], tuple[str, Mapping[Value, Value]] | None],
) -> Ballot:
    """Return what decides at one position of a Program whose outputs are not pooled.

    Args:
        votes: its votes.
        values: what a variable can hold there, by its key.
        explained: for a key another one and the function from its values, where a variable follows from another.
    """
    size = len(votes.labels)
    bias = list(votes.bias)
    tables: dict[str, dict[Value | None, list[int]]] = {}
    for key, rows in votes.votes:
        weights = dict(rows)
        source, function = explained(key) or (key, None)
        found: dict[Value, Row] = {}
        for value in ordered(values(source)):
            if function is not None and value not in function:
                # It was proved that this value does not occur there.
                continue
            held = value if function is None else function[value]
            if None in weights:
                found[value] = tuple(weight * int(held) for weight in weights[None])
            else:
                found[value] = weights.get(held, (0,) * size)
        base = next(iter(found.values()))
        bias = [weight + start for weight, start in zip(bias, base, strict=True)]
        table = tables.setdefault(source, defaultdict(lambda: [0] * size))
        for value, row in found.items():
            for place, weight in enumerate(row):
                table[value][place] += weight - base[place]
    return _counted(votes.labels, votes.pooled, bias, tables)


def _counted(
    labels: tuple[str, ...],
    pooled: bool,
    bias: Sequence[int],
    tables: Mapping[str, Mapping[Value | None, Sequence[int]]],
) -> Ballot:
    """Return votes without a common factor, and without rows that add nothing."""
    weights = [
        *bias,
        *(weight for table in tables.values() for row in table.values() for weight in row),
    ]
    factor = gcd(*weights) or 1
    decided = [(key, _rows(table, factor)) for key, table in sorted(tables.items())]
    return Ballot(
        labels,
        pooled,
        tuple(weight // factor for weight in bias),
        tuple((key, found) for key, found in decided if found),
    )


def _leads(row: Sequence[int], kept: Sequence[int]) -> list[int]:
    """Return the weights of the labels that can win, above that of the first."""
    return [row[index] - row[kept[0]] for index in kept]


def _rows(table: Mapping[Value | None, Sequence[int]], factor: int) -> Rows:
    if None in table:
        values: Sequence[Value | None] = [None]
    else:
        values = ordered(value for value in table if value is not None)
    return tuple(
        (value, tuple(weight // factor for weight in table[value]))
        for value in values
        if any(table[value])
    )


def normal_form(program: Program) -> Ballot:
    """Return the votes of a Program, each named by a hash of what its variable computes from the inputs.

    On a common domain, Programs with equal forms predict the same label at every position that is no frame.
    """
    return ballot(program, meaning_keys(program))


def meaning_keys(program: Program) -> list[str]:
    """Return for each variable a text; variables with equal ones compute the same, on a common domain.

    Numerical look-ups that are too large to be listed are told apart by the order of their boxes as well.
    """
    keys = meanings(program)
    marks: list[str] = []
    for number, variable in enumerate(program.variables):
        mark = ""
        if isinstance(variable, NumericalLookup) and too_large(variable):
            reads = [keys[read] for read in variable.arguments]
            mark = digest(reads, variable)
        above = [marks[read] for read in getattr(variable, "reads", ())]
        marks.append(digest(mark, above) if mark or any(above) else "")
        keys[number] += marks[number]
    return keys


def too_large(lookup: NumericalLookup) -> bool:
    """Tell whether a look-up has more points than are listed."""
    return prod(cap + 1 for cap in lookup.caps) > LARGEST_TABLE


def same_by_rewriting(one: Program, other: Program) -> bool:
    """Tell whether two Programs become the same by rewritings that hold on every input.

    Args:
        one: what is checked.
        other: the reference, whose scored positions count.

    Returns:
        True where both give the same labels on every input that both are defined on; False says nothing.
    """
    # Rewritings know passes, and passes know how to verify.
    from tprog.analysis.simplify.sound import sound

    if not comparable(one.domain, other.domain):
        return False
    least = max(one.domain.min_length, other.domain.min_length)
    pair = [
        replace(
            program,
            domain=replace(program.domain, min_length=least, scored=other.domain.scored),
        )
        for program in (one, other)
    ]
    if normal_form(pair[0]) == normal_form(pair[1]):
        return True
    return normal_form(sound(pair[0])) == normal_form(sound(pair[1]))


def comparable(one: Domain, other: Domain) -> bool:
    """Tell whether two domains agree on what tokens and positions can be, up to the order of symbols."""
    return (
        set(one.symbols) == set(other.symbols)
        and (one.prefix, one.suffix, one.unknown) == (other.prefix, other.suffix, other.unknown)
        and one.max_length == other.max_length
    )
