"""What changed between two programs.

Parts are paired by what they do, so that names, layers and order say nothing; then each pair is compared, and what both answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

from tprog.analysis.diff.behaviour import SAME_PROGRAM, Behaviour, compare_behaviour
from tprog.analysis.diff.changes import Change, Detail, compare
from tprog.analysis.diff.pairing import Pairing, pair
from tprog.analysis.explain.describe import describe, describe_reads, kind_of, show_value
from tprog.analysis.measure.predictors import LIMIT
from tprog.analysis.verify.compare import Progress
from tprog.analysis.verify.rasp_form import RaspChange
from tprog.evaluate import count_inputs
from tprog.hooks import Shown
from tprog.ir import Program
from tprog.json_values import Formatted, json_values

Status: TypeAlias = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class DiffSide:
    """A part in one of the programs.

    Attributes:
        name: its name there.
        layer: its layer; None for an input.
        reads: what it reads, such as `q tokens, k positions, v tokens`.
        does: one line on what it does.
    """

    name: str
    layer: int | None
    reads: str
    does: str


@dataclass(frozen=True, slots=True)
class DiffPart:
    """An input variable, a head or a look-up, in one program or in both.

    Attributes:
        name: its name, the later one where there are two.
        renamed: whether it has another name in the second program.
        status: whether it is the same, changed, added or removed.
        kind: what sort of part it is.
        before: the part in the first program; null where it was added.
        after: the part in the second program; null where it was removed.
        changes: what changed.
    """

    name: str
    renamed: bool
    status: Status
    kind: str
    before: DiffSide | None
    after: DiffSide | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Diff(Shown):
    """What changed between two programs.

    Attributes:
        names: what the two are called.
        whole: what changed of the whole program: its domain, its labels and rules about them.
        parts: every part, in the order of the second program, removed ones after the part that they followed.
        behaviour: how the answers differ; None where they cannot be compared.
        incomparable: why they cannot, in a line; None where they can.
        rasp: how their RASP forms differ; None where not both have one.
    """

    names: tuple[str, str]
    whole: tuple[Detail, ...]
    parts: tuple[DiffPart, ...]
    behaviour: Behaviour | None
    incomparable: str | None = None
    rasp: RaspChange | None = None

    @cached_property
    def changed(self) -> tuple[DiffPart, ...]:
        """The parts that are not the same in both."""
        return tuple(part for part in self.parts if part.status != "same")

    @property
    def same_structure(self) -> bool:
        """Whether both programs are the same up to names and order."""
        return not self.whole and not self.changed

    @property
    def same_behaviour(self) -> bool | None:
        """Whether both answer the same on every input; None where a sample shows no difference."""
        if self.same_structure:
            # The same program gives the same answers, however many inputs there are.
            return True
        if self.behaviour is None:
            return False
        return {"equal": True, "different": False, "unknown": None}[self.behaviour.outcome]

    def exit_code(self, behaviour: bool = False) -> int:
        """Return 0 where both are the same, 3 where they differ, 4 where a sample shows no other answer.

        The structure counts, unless `behaviour` says that the answers alone do.
        """
        if not behaviour and not self.same_structure:
            return 3
        return {True: 0, False: 3, None: 4}[self.same_behaviour]

    def __repr__(self) -> str:
        answers = {True: "the same answers", False: "other answers", None: "no other answer found"}
        changed = len(self.changed)
        return (
            f"<Diff {self.names[0]!r} → {self.names[1]!r}: {changed} of {len(self.parts)} parts changed, "
            f"{answers[self.same_behaviour]}>"
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many parts are what."""
        return {
            status: sum(part.status == status for part in self.parts) for status in get_args(Status)
        }

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON values, see `Difference`."""
        return dict(json_values(self, Difference))


@dataclass(frozen=True, slots=True)
class DiffCounts:
    """How many parts are what.

    Attributes:
        same: the same in both but for names and order.
        changed: in both, with changes.
        added: in the second program alone.
        removed: in the first program alone.
    """

    same: int
    changed: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Difference(Formatted):
    """What changed between two programs.

    Attributes:
        names: what the two are called.
        same_structure: whether both are the same up to names and order.
        same_behaviour: whether both answer the same on every input; null where a sample shows no difference.
        counts: how many parts are what.
        whole: what changed of the whole program.
        parts: every part.
        behaviour: how the answers differ; null where they cannot be compared.
        incomparable: why they cannot; null where they can.
        rasp: how their RASP forms differ; null where not both have one that gives the program's labels.
    """

    names: tuple[str, str]
    same_structure: bool
    same_behaviour: bool | None
    counts: DiffCounts
    whole: tuple[Detail, ...]
    parts: tuple[DiffPart, ...]
    behaviour: Behaviour | None
    incomparable: str | None
    rasp: RaspChange | None


def diff(
    one: Program,
    other: Program,
    *,
    names: tuple[str, str] = ("before", "after"),
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Diff:
    """Return what changed from one Program to another.

    Heads and look-ups are paired by what they do, whatever their names, layers and order are. Labels are compared on every
    input that both are defined on where there are at most `limit` (by default 400,000), else on all short ones and a sample.
    `progress` is called with the inputs compared so far and how many there will be.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    whole, parts = whole_changes(one, other), _parts(one, other, pair(one, other, seed))
    count = count_inputs(other.domain)
    unlisted = count is None or count > (limit or LIMIT)
    if unlisted and not whole and all(part.status == "same" for part in parts):
        return Diff(names, whole, parts, SAME_PROGRAM)
    behaviour = compare_behaviour(
        one, other, names=names, limit=limit, seed=seed, progress=progress
    )
    if isinstance(behaviour, str):
        return Diff(names, whole, parts, None, incomparable=behaviour)
    return Diff(names, whole, parts, behaviour)


def _parts(one: Program, other: Program, pairing: Pairing) -> tuple[DiffPart, ...]:
    came_from = {new: old for old, new in pairing.items()}
    gone = [number for number in range(len(one.variables)) if number not in pairing]
    parts: list[DiffPart] = []
    for partner in range(len(other.variables)):
        number = came_from.get(partner)
        if number is None:
            parts.append(_part("added", _kind(other, partner), None, _side(other, partner)))
            continue
        changes = compare(one, number, other, partner, pairing)
        status: Status = "changed" if changes else "same"
        kind = _kind(other, partner)
        parts.append(_part(status, kind, _side(one, number), _side(other, partner), changes))
    for number in gone:
        place = _after(number, pairing, gone, parts, one)
        parts.insert(place, _part("removed", _kind(one, number), _side(one, number), None))
    return tuple(parts)


def _part(
    status: Status,
    kind: str,
    before: DiffSide | None,
    after: DiffSide | None,
    changes: tuple[Change, ...] = (),
) -> DiffPart:
    names = [side.name for side in (after, before) if side is not None]
    return DiffPart(names[0], len(set(names)) > 1, status, kind, before, after, changes)


def _after(
    number: int, pairing: Pairing, gone: Sequence[int], parts: Sequence[DiffPart], one: Program
) -> int:
    """Return where a removed part stands: after the part that came before it."""
    if number == 0:
        return 0
    name = one.names[number - 1]
    for place, part in enumerate(parts):
        if part.before is not None and part.before.name == name:
            return place + 1
    return len(parts)


def _kind(program: Program, number: int) -> str:
    first = len(program.inputs)
    return "input" if number < first else kind_of(program.operations[number - first])


def _side(program: Program, number: int) -> DiffSide:
    first = len(program.inputs)
    layer = None if number < first else program.layers[number - first]
    reads = describe_reads(program, number)
    return DiffSide(program.names[number], layer, reads, describe(program, number, 60))


def whole_changes(one: Program, other: Program) -> tuple[Detail, ...]:
    """Return what changed of the domain and of the rules about labels; the order of symbols says nothing.

    The order of labels does: a tie goes to the first.
    """
    before, after = one.domain, other.domain
    found = [
        *_sets("symbol", before.symbols, after.symbols),
        *_one("least length", before.min_length, after.min_length),
        *_one("greatest length", before.max_length, after.max_length),
        *_one("prefix", before.prefix, after.prefix),
        *_one("suffix", before.suffix, after.suffix),
        *_one("unknown words are read as", before.unknown, after.unknown),
        *_scored(one, other),
    ]
    old, new = one.classifier, other.classifier
    found += _sets("label", old.labels, new.labels)
    if set(old.labels) == set(new.labels) and old.labels != new.labels:
        found += _one("order of labels", " ".join(old.labels), " ".join(new.labels))
    masks = [tuple(side.labels[index] for index in side.masked) for side in (old, new)]
    return (
        *found,
        *_sets("label that cannot be predicted", masks[0], masks[1]),
        *_one("label forced at the prefix", old.first, new.first),
        *_one("label forced at the suffix", old.last, new.last),
        *_one("labels", _pooling(old.pooled), _pooling(new.pooled)),
    )


def _pooling(pooled: bool) -> str:
    return "one for the input" if pooled else "one for each symbol"


def _scored(one: Program, other: Program) -> list[Detail]:
    sides = [
        frozenset(
            program.domain.symbols if program.domain.scored is None else program.domain.scored
        )
        for program in (one, other)
    ]
    if all(program.domain.scored is None for program in (one, other)) or sides[0] == sides[1]:
        return []
    return _one("scored symbols", *(" ".join(sorted(side)) for side in sides))


def _sets(what: str, before: Sequence[str], after: Sequence[str]) -> list[Detail]:
    return [
        *(Detail(what, show_value(symbol), "") for symbol in before if symbol not in set(after)),
        *(Detail(what, "", show_value(symbol)) for symbol in after if symbol not in set(before)),
    ]


def _one(what: str, before: object, after: object) -> list[Detail]:
    if before == after:
        return []
    return [Detail(what, *("none" if side is None else str(side) for side in (before, after)))]
