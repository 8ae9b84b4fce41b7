"""A Program as arrays that can be changed in place, and back. Owns both directions; refuses to search.

A skeleton has the modules of the Program that it was made from. Their reads, predicates, masks and tables may change;
what a changed module no longer has in common with the Program (its notes) is dropped on the way back.
"""

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tprog.errors import UsageError
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
    Table,
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
from tprog.learn.search.grids import grid_of, rectangles_of

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

    def copy(self) -> "Skeleton":
        """Return a skeleton whose arrays can be changed independently."""
        return replace(self, slots=self.slots.copied())

    def with_slots(self, slots: Slots) -> "Skeleton":
        """Return a skeleton of the same Program with other parameters."""
        return replace(self, slots=slots)

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
                if not np.array_equal(grid, grid_of(old)):
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
    context = program.domain.context_length
    if context is None or context > MAX_POSITIONS:
        raise UsageError(
            f"the discrete search takes sequences of at most {MAX_POSITIONS} positions; this program allows "
            + ("any length" if context is None else str(context))
        )
    if len(program.classifier.labels) > MAX_LABELS:
        raise UsageError(
            f"the discrete search takes at most {MAX_LABELS} labels; this program has "
            f"{len(program.classifier.labels)}"
        )
    if program.classifier.pooled:
        raise UsageError("the discrete search takes one label for each position, not pooled ones")
    if program.domain.unknown is not None:
        raise UsageError(
            "the discrete search takes a closed vocabulary, not one with unknown words"
        )
    for number, operation in enumerate(program.operations):
        name = program.names[len(program.inputs) + number]
        match operation:
            case CategoricalHead(tie=tie):
                if tie == Nearest("matches"):
                    raise UsageError(
                        f"the discrete search takes heads that rank their own position last, unlike {name}"
                    )
            case CategoricalLookup(arguments=arguments):
                sizes = [len(program.finite_values(variable)) for variable in arguments]
                _check_lookup(name, len(arguments), prod(sizes))
            case NumericalLookup(arguments=arguments, caps=caps):
                _check_lookup(name, len(arguments), prod(cap + 1 for cap in caps))
            case NumericalHead():
                pass


def _check_lookup(name: str, arity: int, points: int) -> None:
    if arity > MAX_ARGUMENTS:
        raise UsageError(
            f"the discrete search takes look-ups of at most {MAX_ARGUMENTS} variables; {name} reads {arity}"
        )
    if points > MAX_GRID:
        raise UsageError(
            f"the discrete search takes tables of at most {MAX_GRID} entries; {name} has {points}"
        )


def _slots(program: Program, cat: tuple[int, ...], num: tuple[int, ...], k: int) -> Slots:
    count = len(program.operations)
    modules = np.zeros((count, COLUMNS), np.int32)
    masks = np.zeros((count, k), mask_type(k))
    tables = [np.zeros(0, np.uint8)]
    units = [n for n, variable in enumerate(num) if isinstance(program.variables[variable], Ones)]
    modules[:, ONES] = units[0] if units else -1
    modules[:, BASE : BASE + MAX_ARGUMENTS] = 1
    for number, operation in enumerate(program.operations):
        row = modules[number]
        own = len(program.inputs) + number
        numerical = isinstance(operation, NumericalHead)
        row[WRITES] = (num if numerical else cat).index(own)
        row[ARITY] = len(operation.reads)
        row[SIZE] = 1
        row[OFFSET] = sum(map(len, tables))
        reads_numbers = isinstance(operation, NumericalLookup)
        for place, variable in enumerate(operation.reads):
            wide = reads_numbers or (numerical and place == 2)
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
                    row[TIE] = FIRST if operation.tie == First() else NEAREST
                    if isinstance(operation.tie, ByScore):
                        row[TIE], row[SIZE] = SCORE, k
                        tables.append(_padded_ranks(operation.tie, k))
            case CategoricalLookup():
                row[KIND] = CAT_LOOKUP
                row[SIZE] = len(operation.values)
                row[BASE : BASE + len(operation.arguments)] = k
                tables.append(_padded_table(program, operation, k))
            case NumericalLookup():
                row[KIND] = NUM_LOOKUP
                row[SIZE] = len(operation.values)
                row[BASE : BASE + len(operation.caps)] = np.array(operation.caps) + 1
                tables.append(grid_of(operation).reshape(-1))
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


def _ranks(tie: ByScore) -> Bytes:
    """Return the place of each score among those of its row, from 0, equal ones alike: all that matters of them."""
    rows = [np.unique(np.array(row), return_inverse=True)[1] for row in tie.scores]
    ranks: Bytes = np.array(rows, np.uint8)
    return ranks


def _padded_ranks(tie: ByScore, k: int) -> Bytes:
    ranks = _ranks(tie)
    padded = np.zeros((k, k), np.uint8)
    padded[: ranks.shape[0], : ranks.shape[1]] = ranks
    return padded.reshape(-1)


def _padded_table(program: Program, lookup: CategoricalLookup, k: int) -> Bytes:
    sizes = [len(program.finite_values(variable)) for variable in lookup.arguments]
    padded = np.zeros((k,) * len(sizes), np.uint8)
    padded[tuple(slice(size) for size in sizes)] = np.array(lookup.table, np.uint8).reshape(sizes)
    return padded.reshape(-1)


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
