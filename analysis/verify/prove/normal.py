"""The structural proof: two Programs become the same one. Owns the normal form; refuses to run anything.

Both are rewritten by steps that hold on every input; then only what decides labels is compared, in a form that knows no
names, no order of operations and no order of arguments. Equal forms give equal labels on inputs of any number.
"""

from dataclasses import replace
from math import prod

from tprog.analysis.diff.exact import digest, meanings
from tprog.analysis.diff.meaning import LARGEST_TABLE
from tprog.analysis.verify.prove.ballot import Ballot, ballot
from tprog.ir import Domain, NumericalLookup, Program


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
    from tprog.analysis.simplify.pipeline import sound

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
