"""Operations: the heads and look-ups of a Program, each writing one variable.

Variables are referred to by their index in `Program.variables` (inputs first, then operations in order). Display names,
notes and the layer are carried along but ignored by equality.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tprog.errors import InvalidProgram
from tprog.ir.domain import FiniteValues
from tprog.ir.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Nearest:
    """Attend to the nearest matching key, an exact tie going to the left.

    Attributes:
        self_rank: how far the query's own position counts: beyond all others (`last`, the network's rule), or as many
            positions away as there are matching keys (`matches`, published sources).
    """

    self_rank: Literal["last", "matches"] = "last"

    def __post_init__(self) -> None:
        if self.self_rank not in ("last", "matches"):
            raise InvalidProgram(f"no such rank of the own position: {self.self_rank!r}")


@dataclass(frozen=True, slots=True)
class First:
    """Attend to the first matching key."""


@dataclass(frozen=True, slots=True)
class ByScore:
    """Attend to the matching key with the highest score, a tie going to the first.

    Attributes:
        scores: `(query value, key value)` integers.
    """

    scores: tuple[tuple[int, ...], ...]


TieBreak: TypeAlias = Nearest | First | ByScore


@dataclass(frozen=True, slots=True)
class CategoricalHead:
    """Copies the value of the attended position; position 0 where no key matches (paper, section 3.2).

    Attributes:
        query, key, value: categorical variables, by index.
        predicate: which keys each query value wants.
        tie: which of several matching keys is attended.
        causal: whether only positions up to the query's own can match.
    """

    query: int
    key: int
    value: int
    predicate: Predicate
    tie: TieBreak = Nearest()
    causal: bool = False
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    layer: int | None = field(default=None, compare=False)

    @property
    def reads(self) -> tuple[int, ...]:
        """The variables read: query, key, value."""
        return (self.query, self.key, self.value)


@dataclass(frozen=True, slots=True)
class NumericalHead:
    """Sums a numerical variable over the matching positions, 0 where there is none (paper, section 3.3).

    Attributes:
        query, key: categorical variables, by index.
        value: a numerical variable, by index.
        predicate: which keys each query value wants.
        causal: whether only positions up to the query's own count.
    """

    query: int
    key: int
    value: int
    predicate: Predicate
    causal: bool = False
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    layer: int | None = field(default=None, compare=False)

    @property
    def reads(self) -> tuple[int, ...]:
        """The variables read: query, key, value."""
        return (self.query, self.key, self.value)


@dataclass(frozen=True, slots=True)
class CategoricalLookup:
    """A table over one or more categorical variables (the paper's categorical MLP).

    Attributes:
        arguments: categorical variables, by index; one may stand twice.
        values: the values that the look-up can write.
        table: indices into `values`, row-major over the arguments' values (the last argument varies fastest).
    """

    arguments: tuple[int, ...]
    values: FiniteValues
    table: tuple[int, ...]
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    layer: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.arguments:
            raise InvalidProgram("a look-up needs at least one argument")
        if any(not 0 <= entry < len(self.values) for entry in self.table):
            raise InvalidProgram("look-up: an entry lies outside its values")

    @property
    def reads(self) -> tuple[int, ...]:
        """The variables read, in the order of the arguments."""
        return self.arguments


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box of integer points and the value there.

    Attributes:
        bounds: for each argument the least and the greatest clamped value, both inclusive.
        value: an index into the look-up's values.
    """

    bounds: tuple[tuple[int, int], ...]
    value: int

    def __post_init__(self) -> None:
        if any(not 0 <= low <= high for low, high in self.bounds):
            raise InvalidProgram(f"rectangle bounds are no range: {self.bounds!r}")


@dataclass(frozen=True, slots=True)
class NumericalLookup:
    """A function of one or more numerical variables (the paper's numerical MLP), as boxes with a default.

    Each argument is first clamped to its cap; the first rectangle that holds the point gives the value.

    Attributes:
        arguments: numerical variables, by index; one may stand twice.
        values: the values that the look-up can write.
        caps: for each argument, the greatest value that is told apart from larger ones.
        rectangles: the boxes, the first match wins.
        default: an index into `values`, for points in no box.
    """

    arguments: tuple[int, ...]
    values: FiniteValues
    caps: tuple[int, ...]
    rectangles: tuple[Rectangle, ...]
    default: int
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    layer: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.arguments or len(self.caps) != len(self.arguments):
            raise InvalidProgram("a look-up needs arguments and a cap for each")
        if any(cap < 0 for cap in self.caps):
            raise InvalidProgram(f"look-up: a cap is negative: {self.caps!r}")
        for number, rectangle in enumerate(self.rectangles):
            if len(rectangle.bounds) != len(self.caps) or any(
                high > cap for (_, high), cap in zip(rectangle.bounds, self.caps, strict=False)
            ):
                raise InvalidProgram(
                    f"look-up: rectangle {number} does not lie within the caps {self.caps!r}"
                )
        entries = [self.default, *(rectangle.value for rectangle in self.rectangles)]
        if any(not 0 <= entry < len(self.values) for entry in entries):
            raise InvalidProgram("look-up: an entry lies outside its values")

    @property
    def reads(self) -> tuple[int, ...]:
        """The variables read, in the order of the arguments."""
        return self.arguments

    def index(self, point: tuple[int, ...]) -> int:
        """Return the index of the value at a point of non-negative integers."""
        clamped = tuple(min(value, cap) for value, cap in zip(point, self.caps, strict=True))
        for rectangle in self.rectangles:
            if all(
                low <= value <= high
                for value, (low, high) in zip(clamped, rectangle.bounds, strict=True)
            ):
                return rectangle.value
        return self.default


Head: TypeAlias = CategoricalHead | NumericalHead
Lookup: TypeAlias = CategoricalLookup | NumericalLookup
Operation: TypeAlias = Head | Lookup
