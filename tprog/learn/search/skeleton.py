"""A Program as arrays that can be changed in place, and back.

A skeleton has the modules of the Program that it was made from. Their reads, predicates, masks and tables may change;
what a changed module no longer has in common with the Program (its notes) is dropped on the way back.
"""

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tprog.errors import UsageError
from tprog.evaluate.cover import table_of
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Constant,
    FiniteValues,
    First,
    Integers,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Predicate,
    Program,
    Provenance,
    Rectangle,
    Table,
    TieBreak,
    predicate_problems,
    predicate_table,
)
from tprog.ir import (
    Votes as IrVotes,
)
from tprog.learn.search.arrays import (
    ARITY,
    BASE,
    CAT_HEAD,
    CAT_LIMIT,
    CAT_LOOKUP,
    CAUSAL,
    COLUMNS,
    FIRST,
    KIND,
    MAX_ARGUMENTS,
    MAX_POSITIONS,
    NEAREST,
    NUM_HEAD,
    NUM_LIMIT,
    NUM_LOOKUP,
    OFFSET,
    ONES,
    READS,
    SCORE,
    SIZE,
    TIE,
    WRITES,
    Bytes,
    Doubles,
    Masks,
    Slots,
    mask_type,
)

MAX_LABELS = 255
"""Labels that one byte tells apart, and one value more."""
MAX_GRID = 1 << 16
"""Points of the largest look-up table that is searched."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A Program's modules as arrays.

    Attributes:
        origin: the Program that the skeleton was made from; it gives everything that the search cannot change.
        slots: the modules' parameters.
        cat: indices in `origin.variables` of the categorical variables, in their order.
        num: the same for the numerical ones.
    """

    origin: Program
    slots: Slots
    cat: tuple[int, ...]
    num: tuple[int, ...]

    @property
    def values(self) -> int:
        """The number of values that the arrays give every categorical variable."""
        return int(self.slots.masks.shape[1])

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels that can be predicted, as indices into the classifier's."""
        classifier = self.origin.classifier
        return tuple(n for n in range(len(classifier.labels)) if n not in classifier.masked)

    @classmethod
    def from_program(cls, program: Program) -> "Skeleton":
        """Return the skeleton of a Program.

        Raises:
            UsageError: the Program has a module that the search cannot represent.
        """
        _check_searchable(program)
        cat = tuple(n for n, found in enumerate(program.values) if isinstance(found, FiniteValues))
        num = tuple(n for n, found in enumerate(program.values) if isinstance(found, Integers))
        sizes = [len(program.finite_values(n)) for n in cat]
        return cls(program, _slots(program, cat, num, max(sizes, default=1)), cat, num)

    def votes(self) -> tuple[Doubles, Doubles]:
        """Return the votes of the origin: `(categorical variables, k, labels)`, `(numerical variables, labels)`."""
        kept = list(self.labels)
        cat = np.zeros((len(self.cat), self.values, len(kept)))
        num = np.zeros((len(self.num), len(kept)))
        for vote in self.origin.classifier.votes:
            rows = np.array(vote.weights, dtype=np.float64)
            if isinstance(vote, CategoricalVotes):
                cat[self.cat.index(vote.variable), : len(rows)] = rows[:, kept]
            else:
                num[self.num.index(vote.variable)] = rows[kept]
        return cat, num

    def to_program(self, classifier: Classifier | None = None) -> Program:
        """Return the Program that the arrays describe.

        Args:
            classifier: votes for the variables of the origin; its own where this is None.
        """
        program = replace(self.origin, operations=(), provenance=Provenance())
        for number, old in enumerate(self.origin.operations):
            new = self._operation(program, number, old)
            program = replace(program, operations=(*program.operations, new))
        return replace(
            program,
            classifier=_fit_classifier(classifier or self.origin.classifier, program),
            provenance=self.origin.provenance,
        )

    def _operation(self, program: Program, number: int, old: Operation) -> Operation:
        """Return one module; `program` holds those before it, so that its value sets are known."""
        row = self.slots.modules[number]
        reads = [int(n) for n in row[READS : READS + row[ARITY]]]
        changed: Operation
        match old:
            case CategoricalHead() | NumericalHead():
                query, key = self.cat[reads[0]], self.cat[reads[1]]
                amounts = self.num if isinstance(old, NumericalHead) else self.cat
                changed = replace(
                    old,
                    query=query,
                    key=key,
                    value=amounts[reads[2]],
                    predicate=self._predicate(program, number, old.predicate, query, key),
                    causal=bool(row[CAUSAL]),
                )
                if isinstance(changed, CategoricalHead) and isinstance(changed.tie, ByScore):
                    changed = replace(changed, tie=self._scores(program, number, changed))
            case CategoricalLookup():
                changed = self._cat_lookup(program, number, old, tuple(self.cat[n] for n in reads))
            case NumericalLookup():
                grid = self._table(number, tuple(cap + 1 for cap in old.caps))
                boxes, default = old.rectangles, old.default
                if not np.array_equal(grid, table_of(old)):
                    boxes, default = rectangles_of(grid)
                arguments = tuple(self.num[n] for n in reads)
                changed = replace(old, arguments=arguments, rectangles=boxes, default=default)
        return old if changed == old else replace(changed, notes=())

    def _table(self, number: int, shape: tuple[int, ...]) -> Bytes:
        start = int(self.slots.modules[number, OFFSET])
        return self.slots.table[start : start + prod(shape)].reshape(shape)

    def _predicate(
        self, program: Program, number: int, old: Predicate, query: int, key: int
    ) -> Predicate:
        queries, keys = program.finite_values(query), program.finite_values(key)
        rows = tuple(
            tuple(index for index in range(len(keys)) if int(mask) >> index & 1)
            for mask in self.slots.masks[number, : len(queries)]
        )
        fits = not predicate_problems(old, queries, keys)
        return old if fits and predicate_table(old, queries, keys).rows == rows else Table(rows)

    def _scores(self, program: Program, number: int, head: CategoricalHead) -> ByScore:
        shape = len(program.finite_values(head.query)), len(program.finite_values(head.key))
        ranks = self._table(number, (self.values, self.values))[: shape[0], : shape[1]]
        old = head.tie
        assert isinstance(old, ByScore)
        found = ByScore(tuple(tuple(int(rank) for rank in row) for row in ranks))
        before = _ranks(old)
        same = before.shape == shape and np.array_equal(before, _ranks(found))
        return old if same else found

    def _cat_lookup(
        self, program: Program, number: int, old: CategoricalLookup, arguments: tuple[int, ...]
    ) -> CategoricalLookup:
        k = self.values
        grid = self._table(number, (k,) * len(arguments))
        sizes = [len(program.finite_values(variable)) for variable in arguments]
        table = grid[tuple(slice(size) for size in sizes)].reshape(-1)
        return replace(old, arguments=arguments, table=tuple(int(entry) for entry in table))


def _check_searchable(program: Program) -> None:
    context, labels = program.domain.context_length, len(program.classifier.labels)
    if context is None or context > MAX_POSITIONS:
        raise UsageError(
            f"the discrete search takes sequences of at most {MAX_POSITIONS} positions; this program allows "
            + ("any length" if context is None else str(context))
        )
    if labels > MAX_LABELS:
        raise UsageError(
            f"the discrete search takes at most {MAX_LABELS} labels; this program has {labels}"
        )
    if program.classifier.pooled:
        raise UsageError("the discrete search takes one label for each position, not pooled ones")
    if program.domain.unknown is not None:
        raise UsageError(
            "the discrete search takes a closed vocabulary, not one with unknown words"
        )
    for name, operation in zip(
        program.names[len(program.inputs) :], program.operations, strict=True
    ):
        match operation:
            case CategoricalHead(tie=Nearest("matches")):
                raise UsageError(
                    f"the discrete search takes heads that rank their own position last, unlike {name}"
                )
            case CategoricalLookup(arguments=arguments):
                _check_lookup(name, [len(program.finite_values(read)) for read in arguments])
            case NumericalLookup(caps=caps):
                _check_lookup(name, [cap + 1 for cap in caps])


def _check_lookup(name: str, sizes: list[int]) -> None:
    if len(sizes) > MAX_ARGUMENTS:
        raise UsageError(
            f"the discrete search takes look-ups of at most {MAX_ARGUMENTS} variables; {name} reads {len(sizes)}"
        )
    if prod(sizes) > MAX_GRID:
        raise UsageError(
            f"the discrete search takes tables of at most {MAX_GRID} entries; {name} has {prod(sizes)}"
        )


def _slots(program: Program, cat: tuple[int, ...], num: tuple[int, ...], k: int) -> Slots:
    count = len(program.operations)
    modules = np.zeros((count, COLUMNS), np.int32)
    masks = np.zeros((count, k), mask_type(k))
    units = [n for n, variable in enumerate(num) if isinstance(program.variables[variable], Ones)]
    modules[:, ONES] = units[0] if units else -1
    modules[:, BASE : BASE + MAX_ARGUMENTS] = 1
    modules[:, SIZE] = 1
    tables = [np.zeros(0, np.uint8)]
    for number, (row, operation) in enumerate(zip(modules, program.operations, strict=True)):
        numerical = isinstance(operation, NumericalHead)
        row[WRITES] = (num if numerical else cat).index(len(program.inputs) + number)
        row[ARITY] = len(operation.reads)
        row[OFFSET] = sum(map(len, tables))
        for place, variable in enumerate(operation.reads):
            wide = isinstance(operation, NumericalLookup) or (numerical and place == 2)
            row[READS + place] = (num if wide else cat).index(variable)
        limit = _read_limit(program, number)
        row[CAT_LIMIT] = sum(variable < limit for variable in cat)
        row[NUM_LIMIT] = sum(variable < limit for variable in num)
        match operation:
            case CategoricalHead() | NumericalHead():
                row[KIND] = NUM_HEAD if numerical else CAT_HEAD
                row[CAUSAL] = operation.causal
                masks[number] = _masks(program, operation, k)
                if isinstance(operation, CategoricalHead):
                    row[TIE] = _tie(operation.tie)
                    if isinstance(operation.tie, ByScore):
                        row[SIZE] = k
                        tables.append(_padded(_ranks(operation.tie), k))
            case CategoricalLookup(arguments=arguments, table=table):
                row[KIND], row[SIZE] = CAT_LOOKUP, len(operation.values)
                row[BASE : BASE + len(arguments)] = k
                sizes = [len(program.finite_values(variable)) for variable in arguments]
                tables.append(_padded(np.array(table, np.uint8).reshape(sizes), k))
            case NumericalLookup(caps=caps):
                row[KIND], row[SIZE] = NUM_LOOKUP, len(operation.values)
                row[BASE : BASE + len(caps)] = np.array(caps) + 1
                tables.append(table_of(operation).astype(np.uint8).reshape(-1))
    return Slots(modules, masks, np.concatenate(tables))


def _masks(program: Program, head: CategoricalHead | NumericalHead, k: int) -> Masks:
    queries, keys = program.finite_values(head.query), program.finite_values(head.key)
    rows = predicate_table(head.predicate, queries, keys).rows
    masks = np.zeros(k, mask_type(k))
    if head.predicate == Constant(True):
        # Also for values that it does not read now.
        masks[:] = (1 << k) - 1
        return masks
    for query, row in enumerate(rows):
        masks[query] = sum(1 << key for key in row)
    return masks


def _tie(tie: TieBreak) -> int:
    match tie:
        case Nearest("last"):
            return NEAREST
        case First():
            return FIRST
        case ByScore():
            return SCORE
        case other:
            raise ValueError(f"no kernel breaks ties by {other}")


def _ranks(tie: ByScore) -> Bytes:
    """Return the place of each score among those of its row, from 0, equal ones alike: all that matters of them."""
    rows = [np.unique(np.array(row), return_inverse=True)[1] for row in tie.scores]
    ranks: Bytes = np.array(rows, np.uint8)
    return ranks


def _padded(table: Bytes, k: int) -> Bytes:
    """Return a table with `k` values on each axis, 0 where there are none, in one row."""
    return np.pad(table, [(0, k - size) for size in table.shape]).reshape(-1)


def _read_limit(program: Program, number: int) -> int:
    """Return the number of variables that a module may come to read: those before the first that is too late.

    A head reads what exists before its layer, a look-up also its layer's heads (paper, section 3.1).
    """
    layer = program.layers[number]
    looks_up = isinstance(program.operations[number], CategoricalLookup | NumericalLookup)
    for other, operation in enumerate(program.operations[:number]):
        is_head = isinstance(operation, CategoricalHead | NumericalHead)
        if program.layers[other] > layer or (
            program.layers[other] == layer and not (looks_up and is_head)
        ):
            return len(program.inputs) + other
    return len(program.inputs) + number


def _fit_classifier(classifier: Classifier, program: Program) -> Classifier:
    """Cut or fill the rows of each vote to the values that its variable has now."""
    votes: list[IrVotes] = []
    for vote in classifier.votes:
        if isinstance(vote, NumericalVotes):
            votes.append(vote)
            continue
        size = len(program.finite_values(vote.variable))
        empty = (0,) * len(classifier.labels)
        rows = (*vote.weights, *[empty] * size)[:size]
        votes.append(CategoricalVotes(vote.variable, rows))
    return replace(classifier, votes=tuple(votes))


def rectangles_of(grid: Bytes) -> tuple[tuple[Rectangle, ...], int]:
    """Return disjoint boxes and a default that describe a grid exactly; the most frequent entry is the default.

    Each box starts at the first point not yet covered and is grown along the last axis, then along the ones before it.
    """
    counts = np.bincount(grid.reshape(-1))
    default = int(counts.argmax())
    open_points = grid != default
    boxes: list[Rectangle] = []
    while open_points.any():
        start = tuple(int(axis[0]) for axis in np.nonzero(open_points))
        value = int(grid[start])
        stop = [place + 1 for place in start]
        for axis in reversed(range(grid.ndim)):
            while stop[axis] < grid.shape[axis]:
                slab = [slice(low, high) for low, high in zip(start, stop, strict=True)]
                slab[axis] = slice(stop[axis], stop[axis] + 1)
                if not ((grid[tuple(slab)] == value) & open_points[tuple(slab)]).all():
                    break
                stop[axis] += 1
        box = tuple(slice(low, high) for low, high in zip(start, stop, strict=True))
        open_points[box] = False
        bounds = tuple((low, high - 1) for low, high in zip(start, stop, strict=True))
        boxes.append(Rectangle(bounds, value))
    return tuple(boxes), default
