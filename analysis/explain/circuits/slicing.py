"""The dynamic backward slice of one prediction: which values, where, computed it.

The slice is made of *places*, a variable at a position. It starts at the places whose votes can tell the answer from its
runner-up, and follows what was read on this very input: of a head, the query where it stands, and the key and the value
at the positions that it attended. Keys elsewhere matter too, in that they did not match or stood farther away; they belong to the
slice as *watched* places, so that nothing outside it can change the margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tprog.evaluate.scalar import HeadRun, ScalarRun, interpret, ranking, wants
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Constant,
    First,
    Head,
    KeyIn,
    Naturals,
    Nearest,
    NumericalHead,
    Program,
    Table,
    Votes,
)

Role: TypeAlias = Literal["query", "key", "value", "argument", "watched"]


@dataclass(frozen=True, slots=True)
class SliceRead:
    """One place that another one was computed from.

    Attributes:
        role: what it was read as; `watched` for a key that was looked at and passed over.
        variable: the variable that was read.
        position: where it was read.
    """

    role: Role
    variable: int
    position: int


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """A variable at a position.

    Attributes:
        variable: its index in the Program.
        position: the position in the framed sequence.
        entry: its entry there: an index into its finite values, a position, or a number.
        reads: what it was computed from; empty for an input.
        direct: whether a path of reads other than watched ones leads from it to a vote.
    """

    variable: int
    position: int
    entry: int
    reads: tuple[SliceRead, ...]
    direct: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """What computed one prediction: the places whose votes tell the answer from its runner-up, and every place of the slice.

    Places are sorted by variable, then by position.
    """

    votes: tuple[tuple[int, int], ...]
    places: tuple[SlicePlace, ...]

    @property
    def direct(self) -> tuple[SlicePlace, ...]:
        """The places that were read on the way to the votes, watched ones left out."""
        return tuple(place for place in self.places if place.direct)


def backward_slice(program: Program, framed: Sequence[str], position: int | None) -> Slice:
    """Return what computed the prediction at a position of a framed sequence; None for that of pooled outputs."""
    run = interpret(program, tuple(framed))
    ranked = ranking(program, run.sums[0 if position is None else position])
    answer, other = ranked[0], ranked[min(1, len(ranked) - 1)]
    positions = range(len(framed)) if position is None else (position,)
    voting = tuple(
        (vote.variable, place)
        for vote in program.classifier.votes
        if tells_apart(vote, answer, other)
        for place in positions
    )
    places = set(voting)
    for variable in reversed(range(len(program.inputs), len(program.variables))):
        here = sorted(place for number, place in places if number == variable)
        for place in here:
            places.update(
                (read.variable, read.position) for read in reads(program, run, variable, place)
            )
    direct = _direct(program, run, places, set(voting))
    return Slice(
        voting,
        tuple(
            SlicePlace(
                variable,
                place,
                run.values[variable][place],
                reads(program, run, variable, place),
                (variable, place) in direct,
            )
            for variable, place in sorted(places)
        ),
    )


def tells_apart(vote: Votes, one: int, other: int) -> bool:
    """Tell whether some value of a variable votes otherwise than another for one label against another."""
    if isinstance(vote, CategoricalVotes):
        return len({row[one] - row[other] for row in vote.weights}) > 1
    return vote.weights[one] != vote.weights[other]


def reads(program: Program, run: ScalarRun, variable: int, position: int) -> tuple[SliceRead, ...]:
    """Return what a variable was computed from at a position of a run."""
    if variable < len(program.inputs):
        return ()
    operation = program.operations[variable - len(program.inputs)]
    if not isinstance(operation, CategoricalHead | NumericalHead):
        return tuple(
            SliceRead("argument", read, position) for read in dict.fromkeys(operation.reads)
        )
    found = run.heads[variable]
    matches, numerical = found.matches[position], isinstance(operation, NumericalHead)
    # Where it found what it wrote: the attended match, or all that it summed over.
    looked = matches if numerical or not matches else (found.attended[position],)
    default = () if numerical else (0,)
    watched = _watched(program, operation, run, found, position)
    return (
        SliceRead("query", operation.query, position),
        *(SliceRead("key", operation.key, place) for place in looked if place in watched),
        *(SliceRead("value", operation.value, place) for place in looked or default),
        *(SliceRead("watched", operation.key, place) for place in sorted(watched - set(looked))),
    )


def _direct(
    program: Program, run: ScalarRun, places: set[tuple[int, int]], voting: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    direct = set(voting)
    for variable, position in sorted(places, reverse=True):
        if (variable, position) in direct:
            direct.update(
                (read.variable, read.position)
                for read in reads(program, run, variable, position)
                if read.role != "watched"
            )
    return direct


def _watched(
    program: Program, head: Head, run: ScalarRun, found: HeadRun, position: int
) -> set[int]:
    """Return the positions whose key had a say in where a head looked, the attended one included."""
    reach = range(position + 1 if head.causal else len(run.framed))
    scored = isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore)
    decided = _decided(program, head, run.values[head.query][position])
    if decided and not (scored and found.matches[position]):
        return set()
    if isinstance(head, NumericalHead) or not found.matches[position]:
        return set(reach)
    attended = found.attended[position]
    match head.tie:
        case First():
            return set(range(attended + 1))
        case Nearest("last") if attended != position:
            # Farther keys, a tie on the right and the position itself come after it, whatever they are.
            rank = (abs(attended - position), attended)
            return {j for j in reach if j != position and (abs(j - position), j) <= rank}
        case _:
            return set(reach)


def _decided(program: Program, head: Head, query: int) -> bool:
    """Tell whether every key that there can be matches this query, or none does."""
    values = program.values[head.key]
    if isinstance(head.predicate, Constant):
        return True
    if isinstance(values, Naturals):
        return False
    size = len(program.finite_values(head.key))
    match head.predicate:
        case Table(rows):
            matching = len(rows[query])
        case KeyIn(keys):
            matching = len(keys)
        case _:
            matching = sum(wants(program, head, query, key) for key in range(size))
    return matching in (0, size)
