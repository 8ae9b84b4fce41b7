"""Products in a solvable permutation group as sums: its derived series, each factor split into cyclic groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from tprog.synthesis.automata.cascade import Refused
from tprog.synthesis.automata.machine import explored

Permutation = tuple[int, ...]
Coordinates = tuple[int, ...]

LARGEST = 1_000
"""A group with more elements is refused: its tables would have as many rows."""


def then(first: Permutation, second: Permutation) -> Permutation:
    """Return what one permutation and after it another do."""
    return tuple(second[one] for one in first)


def inverse(one: Permutation) -> Permutation:
    """Return the permutation that undoes another."""
    found = [0] * len(one)
    for place, target in enumerate(one):
        found[target] = place
    return tuple(found)


def generated(generators: Iterable[Permutation], degree: int) -> list[Permutation]:
    """Return the group that permutations of so many things generate, in a fixed order, the identity first."""
    steps = sorted(set(generators))
    start = tuple(range(degree))
    found = explored(start, steps, lambda one, step: then(one, steps[step]), LARGEST)
    if found is None:
        raise Refused(f"it has a group of more than {LARGEST} elements")
    return found[0]


@dataclass(frozen=True, slots=True)
class Stage:
    """One abelian factor of the series: the orders of its cyclic parts, the coordinates of every element, an element for each."""

    moduli: tuple[int, ...]
    coordinates: dict[Permutation, Coordinates]
    chosen: dict[Coordinates, Permutation]


@dataclass(frozen=True, slots=True)
class Series:
    """A solvable group, such that the product of elements is known from sums of their coordinates, stage by stage."""

    identity: Permutation
    stages: tuple[Stage, ...]

    def increment(self, element: Permutation, so_far: tuple[Coordinates, ...]) -> Coordinates:
        """Return what a factor adds to the sums of the stage after those whose sums are given."""
        for stage, held in zip(self.stages, so_far, strict=False):
            moved = then(stage.chosen[held], element)
            element = then(moved, inverse(stage.chosen[stage.coordinates[moved]]))
        return self.stages[len(so_far)].coordinates[element]

    def product(self, sums: tuple[Coordinates, ...]) -> Permutation:
        """Return the product that the sums of all stages stand for."""
        found = self.identity
        for stage, held in zip(reversed(self.stages), reversed(sums), strict=True):
            found = then(found, stage.chosen[held])
        return found


def series(generators: Iterable[Permutation], degree: int) -> Series:
    """Return the derived series of the group that permutations generate.

    Raises:
        Refused: it is not solvable (its derived series stops before the identity), or too large.
    """
    group = generated(generators, degree)
    identity = group[0]
    stages = []
    while len(group) > 1:
        derived = generated(
            {then(then(inverse(a), inverse(b)), then(a, b)) for a in group for b in group}, degree
        )
        if len(derived) == len(group):
            raise Refused(
                f"it moves its states by a group of order {len(group)} that is not solvable, such as A5; "
                "no number of these heads can follow it"
            )
        stages.append(_stage(group, derived))
        group = derived
    return Series(identity, tuple(stages))


def _stage(group: list[Permutation], derived: list[Permutation]) -> Stage:
    """Return the factor of a group by its derived group, as a product of cyclic groups."""
    coset = {one: min(then(other, one) for other in derived) for one in group}
    elements = sorted(set(coset.values()))
    identity = coset[group[0]]

    def order(one: Permutation) -> int:
        count, power = 1, one
        while coset[power] != identity:
            count, power = count + 1, then(power, one)
        return count

    largest_first = sorted(elements, key=lambda one: (-order(one), one))

    def split(span: dict[Permutation, Coordinates]) -> dict[Permutation, Coordinates] | None:
        """Return the coordinates of all elements, adding cyclic parts to those that are spanned; None if none fits."""
        if len(span) == len(elements):
            return span
        for one in largest_first:
            wider: dict[Permutation, Coordinates] = {}
            power, count = identity, order(one)
            for times in range(count):
                wider.update(
                    (coset[then(known, power)], (*held, times)) for known, held in span.items()
                )
                power = then(power, one)
            found = split(wider) if len(wider) == len(span) * count > len(span) else None
            if found is not None:
                return found
        return None

    found = split({identity: ()})
    assert found is not None, "every finite abelian group is a product of cyclic ones"
    moduli = tuple(1 + max(held) for held in zip(*found.values(), strict=True))
    chosen = {held: element for element, held in found.items()}
    chosen[(0,) * len(moduli)] = group[0]
    return Stage(moduli, {one: found[coset[one]] for one in group}, chosen)
