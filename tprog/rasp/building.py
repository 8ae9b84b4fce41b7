"""Operations of a Program, written as they are needed: variables, look-ups for expressions, predicates for relations."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from tprog.codegen.formulas import spanned
from tprog.codegen.lookups import completed
from tprog.evaluate.cover import cover, covered_table
from tprog.evaluate.inputs import IntArray
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    Table,
    Tokens,
    Values,
)
from tprog.rasp.evaluate import label
from tprog.rasp.expression import LARGEST_TABLE, Base, Expression, joint
from tprog.rasp.facts import NotCompiled
from tprog.rasp.filling import as_numbers, whole_numbers
from tprog.rasp.graph import Value

LARGEST_DECIDED = 1 << 11
"""Entries of a look-up of which it is asked how what never occurs makes it shortest."""

FEW_COUNTS = 2
"""Where functions of no more counts are one look-up, remainders are too: they have few values, what is added up may have many."""

FEW_BOXES = 3
"""A look-up over two counts of more rectangles is written by their sum or difference, where it depends on that alone."""

Apart: TypeAlias = Literal["keys", "queries", "nothing"]
"""How frame positions are told from data."""

TOKENS, POSITIONS, ONES = range(3)
"""The numbers of the input variables."""


@dataclass(slots=True, eq=False)
class Builder:
    """The operations written so far for a domain with a prefix.

    Attributes:
        domain: the Program's inputs.
        hopeful: whether no query wants the position of the suffix; whoever says so compares all inputs afterwards.
        relaxed: whether frame positions may look like data where nobody asks that they do not; the same has to be done then.
        operations: each once; one that stands already is used again.
    """

    domain: Domain
    hopeful: bool = False
    relaxed: bool = False
    operations: list[Operation] = field(default_factory=list)
    _bases: dict[Operation, dict[tuple[tuple[int, ...], bool, bool], Base]] = field(
        default_factory=dict
    )
    _inputs: dict[int, Base] = field(default_factory=dict)

    @property
    def tokens(self) -> Base:
        """The symbol itself."""
        return self._base(TOKENS, tuple(range(1, 1 + len(self.domain.symbols))), True)

    @property
    def positions(self) -> Base:
        """The position; a suffix stands where data of a longer input does, which no query may want."""
        longest = self.domain.max_length or 0
        clear = self.domain.suffix is None or self.hopeful
        return self._base(POSITIONS, tuple(range(1, 1 + longest)), clear)

    def _base(self, variable: int, entries: tuple[int, ...], clear: bool) -> Base:
        return self._inputs.setdefault(variable, Base(variable, entries, 0, clear))

    @property
    def positions_counted(self) -> Base:
        """The position as a number: how many symbols stand up to here; 0 at frame positions."""
        size = len(self.domain.alphabet)
        data = tuple(range(size - (self.domain.suffix is not None)))
        rows = [data if entry in self.tokens.entries else () for entry in range(size)]
        head = NumericalHead(TOKENS, TOKENS, ONES, Table(tuple(rows)), causal=True, name="place")
        return self.add(head, tuple(range(2, 2 + (self.domain.max_length or 0))), 0, True)

    def add(
        self,
        operation: Operation,
        entries: tuple[int, ...],
        frame: int,
        clear: bool,
        framed: bool = False,
    ) -> Base:
        """Return the variable that an operation writes; the same operation is written once, whatever is known of it."""
        known = self._bases.setdefault(operation, {})
        if not known:
            self.operations.append(operation)
        variable = len(INPUTS) + self.operations.index(operation)
        counts = isinstance(operation, NumericalHead)
        return known.setdefault(
            (entries, clear, framed), Base(variable, entries, frame, clear, counts, framed)
        )

    def values(self, variable: int) -> FiniteValues:
        """Return the finite values of a categorical variable."""
        if variable == TOKENS:
            return self.domain.token_values
        if variable == POSITIONS:
            found: Values = self.domain.position_values
        else:
            operation = self.operations[variable - len(INPUTS)]
            if isinstance(operation, CategoricalHead):
                return self.values(operation.value)
            assert isinstance(operation, CategoricalLookup | NumericalLookup)
            found = operation.values
        assert isinstance(found, FiniteValues)
        return found

    def single(self, expression: Expression, clear: bool, name: str = "") -> Expression:
        """Return the same expression over one categorical variable, which a look-up writes where none holds it.

        Args:
            expression: what is wanted.
            clear: whether no frame position may hold any of its values.
            name: what a look-up is called.
        """
        bases = expression.bases
        if len(bases) == 1 and not bases[0].counts and (bases[0].clear or not clear):
            return expression
        counting = [base for base in bases if base.counts]
        if counting and len(counting) < len(bases):
            expression = self._uncounted(expression)
            return self.single(expression, clear, name)
        if counting:
            if clear and not any(base.clear for base in bases):
                return self.single(self._classes(expression, expression.bases), clear, name)
            return self._numerical(expression, name, clear)
        if not bases or (clear and not any(base.clear for base in bases)):
            tokens = Expression(
                (self.tokens,), np.arange(len(self.tokens.entries)), self.domain.symbols
            )
            bases, (table, _) = joint([expression, tokens])
            expression = replace(expression, bases=bases, table=table)
            if len(bases) == 1:
                return expression
        return self._categorical(expression, name, clear)

    def _uncounted(self, expression: Expression) -> Expression:
        """Return an expression over numbers and others without the mixture: positions are counted, numbers looked up."""
        if self.positions in expression.bases:
            bases = tuple(
                self.positions_counted if base is self.positions else base
                for base in expression.bases
            )
            if len(set(bases)) == len(bases):
                return replace(expression, bases=bases)
        return self.uncounted(expression, False)

    def uncounted(self, expression: Expression, clear: bool) -> Expression:
        """Return the same expression over categorical variables."""
        counting = tuple(base for base in expression.bases if base.counts)
        if len(counting) == len(expression.bases):
            return self.single(expression, clear)
        return self._classes(expression, counting) if counting else expression

    def _classes(self, expression: Expression, counting: tuple[Base, ...]) -> Expression:
        """Look up the numbers by themselves, those together that never make a difference."""
        others = tuple(base for base in expression.bases if base not in counting)
        axes = [expression.bases.index(base) for base in (*counting, *others)]
        size = prod(len(base.entries) for base in counting)
        rows = expression.table.transpose(axes).reshape(size, -1)
        occurs = (rows >= 0).any(axis=1)
        kept, first, of = np.unique(rows[occurs], axis=0, return_index=True, return_inverse=True)
        # Numbered as they come, so that neighbouring numbers are of neighbouring classes.
        order = first.argsort()
        kept, of = kept[order], order.argsort()[of.reshape(-1)]
        place = np.full(size, -1, dtype=np.int64)
        place[occurs] = of.reshape(-1)
        shape = tuple(len(base.entries) for base in counting)
        classes = Expression(counting, place.reshape(shape), tuple(range(len(kept))))
        found = self._numerical(classes, "")
        (base,) = found.bases
        of_class = [int(found.values[code]) for code in found.table.tolist()]
        table = kept[of_class].reshape(-1, *(len(one.entries) for one in others))
        return Expression((base, *others), table, expression.values)

    def _finite(self, values: Sequence[Value]) -> tuple[FiniteValues, IntArray]:
        """Return the values of a look-up, and the index in them of each given one, last of what stands at frame positions.

        Whole numbers stand in order, with those between them where these are few, so that they can be computed.
        """
        whole = whole_numbers(values)
        if whole is not None:
            least = min(whole, default=0)
            whole.append(0 if least > 0 else -1 if least == 0 else least - 1)
            spanned = range(min(0, *whole), max(whole) + 1)
            held = spanned if len(spanned) <= 2 * len(whole) else sorted(whole)
            return FiniteValues(tuple(held)), np.array([held.index(one) for one in whole])
        texts = [label(value) for value in values]
        texts = [
            f"{type(value).__name__} {text}" if texts.count(text) > 1 else text
            for value, text in zip(values, texts, strict=True)
        ]
        frame = self.domain.prefix or ""
        while frame in texts:
            frame += "'"
        return FiniteValues((*texts, frame)), np.arange(len(texts) + 1)

    def _kept(self, expression: Expression) -> tuple[IntArray, list[Value]]:
        """Return the table over those values alone that it holds, in a natural order."""
        codes = np.unique(expression.table[expression.table >= 0]).tolist()
        held = [expression.values[code] for code in codes]
        order = sorted(range(len(held)), key=lambda one: _sort_key(held[one]))
        place = np.full(len(expression.values) + 1, -1, dtype=np.int64)
        place[[codes[one] for one in order]] = np.arange(len(order))
        return place[expression.table], [held[one] for one in order]

    def _categorical(self, expression: Expression, name: str, needed: bool = False) -> Expression:
        table, held = self._kept(expression)
        values, codes = self._finite(held)
        bases, frame = expression.bases, int(codes[-1])
        arguments = [self.values(base.variable) for base in bases]
        shape = [len(each) for each in arguments]
        if prod(shape) > LARGEST_TABLE:
            raise NotCompiled(f"a look-up over {len(bases)} variables needs {prod(shape):,} rows")
        full = self._spread(bases, np.where(table < 0, -1, codes[table]), frame)
        full = self._completed(full, bases, values, frame, needed)
        clear = any(base.clear for base in bases)
        if self.domain.suffix is None:
            codes[-1] = full[tuple(base.frame for base in bases)]
            clear = clear and int(codes[-1]) not in codes[:-1]
        if not values.textual and not (full == frame).any():
            # Nothing stands for frame positions: the numbers are those that are computed.
            written = np.array(values.values)[full]
            used = spanned(written.reshape(-1).tolist())
            if len(used) < len(values):
                start = int(used.values[0])
                full, codes = (
                    written - start,
                    np.array([*(whole_numbers(held) or ()), start]) - start,
                )
                codes[-1] = full[tuple(base.frame for base in bases)]
                values = used
        lookup = CategoricalLookup(
            tuple(base.variable for base in bases), values, tuple(full.reshape(-1).tolist()), name
        )
        return self._looked_up(lookup, held, codes, clear)

    def _spread(self, bases: Sequence[Base], table: IntArray, frame: int) -> IntArray:
        """Return a table over the entries of bases as one over all values of their variables; -1 where they never occur.

        A suffix may find any base at a value that data do not have.
        """
        full = np.full([len(self.values(base.variable)) for base in bases], -1, dtype=np.int64)
        if self.domain.suffix is not None:
            full[:] = frame
        full[np.ix_(*(base.entries for base in bases))] = table
        return full

    def _completed(
        self,
        full: IntArray,
        bases: Sequence[Base],
        values: FiniteValues,
        frame: int,
        needed: bool,
    ) -> IntArray:
        """Return a table with what never occurs as the shortest decision has it.

        At the prefix stands `frame`, unless that takes more lines and is not needed.
        """
        arguments = [self.values(base.variable) for base in bases]
        framed = full.copy()
        if any(base.clear for base in bases):
            at = (
                [base.frame] if base.clear else range(size)
                for base, size in zip(bases, full.shape, strict=True)
            )
            framed[np.ix_(*at)] = frame
        found, lines = _completed(framed, arguments, values, frame)
        if self.relaxed and not needed and lines > 1:
            other, fewer = _completed(full, arguments, values, frame)
            found = other if fewer < lines else found
        return np.where(full < 0, found, full)

    def _numerical(self, expression: Expression, name: str, needed: bool = False) -> Expression:
        """Write a look-up over counts; `needed` says whether frame positions must differ from data."""
        table, held = self._kept(expression)
        bases, frame = expression.bases, len(held)
        caps = [max(base.entries) for base in bases]
        size = prod(cap + 1 for cap in caps)
        if size > LARGEST_TABLE:
            raise NotCompiled(f"a look-up over {len(bases)} counts needs {size:,} points")
        clear = any(base.clear for base in bases) and (needed or not self.relaxed)
        full = np.full([cap + 1 for cap in caps], -1, dtype=np.int64)
        if clear:
            # At a frame position every clear count is 0.
            full[tuple(0 if base.clear else slice(None) for base in bases)] = frame
        grid = np.ix_(*(base.entries for base in bases))
        full[grid] = np.where(table < 0, full[grid], table)
        variables = tuple(base.variable for base in bases)
        formula = as_numbers(full, held, frame, clear)
        if formula is not None:
            numbers, stored = formula
            boxes, default = cover(numbers)
            values = FiniteValues(tuple(range(int(numbers.max()) + 1)))
            lookup = NumericalLookup(variables, values, tuple(caps), boxes, default, name)
            base = self.add(lookup, stored, 0, clear)
            return Expression((base,), np.arange(len(held)), tuple(held))
        values, codes = self._finite(held)
        if len(bases) <= 2:
            full = np.where(full < 0, -1, codes[full])
            boxes, default = cover(full)
            if len(boxes) > FEW_BOXES and len(bases) == 2:
                through = self._through(expression, table, held, name, needed)
                if through is not None:
                    return through
        else:
            full = np.where(full < 0, -1, codes[full])
            full, _ = _completed(
                full, [FiniteValues(tuple(range(cap + 1))) for cap in caps], values, frame
            )
            boxes, default = covered_table(full)
        lookup = NumericalLookup(variables, values, tuple(caps), boxes, default, name)
        return self._looked_up(lookup, held, codes, clear)

    def _through(
        self, expression: Expression, table: IntArray, held: list[Value], name: str, needed: bool
    ) -> Expression | None:
        """Return a table over two counts as one over their difference or sum, which is a formula; None where it is neither.

        The ends of that number are cut off as far as the table is the same there.
        """
        bases, known = expression.bases, table >= 0
        if needed and not any(base.clear for base in bases):
            return None
        caps = [max(base.entries) for base in bases]
        first, second = np.ix_(*(np.array(base.entries) for base in bases))
        for sign in (-1, 1):
            given: dict[int, int] = {}
            pairs = zip((first + sign * second)[known].tolist(), table[known].tolist(), strict=True)
            if any(given.setdefault(number, code) != code for number, code in pairs):
                continue
            numbers = sorted(given)
            while len(numbers) > 1 and given[numbers[-1]] == given[numbers[-2]]:
                del numbers[-1]
            while len(numbers) > 1 and given[numbers[0]] == given[numbers[1]] and not needed:
                del numbers[0]
            least = int(needed)
            rows, columns = np.indices([cap + 1 for cap in caps])
            top = numbers[-1] - numbers[0] + least
            written = np.clip(rows + sign * columns - numbers[0] + least, 0, top)
            if needed:
                framed = [
                    axis == 0
                    for axis, base in zip((rows, columns), bases, strict=True)
                    if base.clear
                ]
                written[np.logical_and.reduce(framed)] = 0
            boxes, default = cover(written)
            values = FiniteValues(tuple(range(top + 1)))
            lookup = NumericalLookup(
                tuple(base.variable for base in bases), values, tuple(caps), boxes, default, name
            )
            base = self.add(lookup, tuple(one - numbers[0] + least for one in numbers), 0, needed)
            return Expression((base,), np.array([given[one] for one in numbers]), tuple(held))
        return None

    def _looked_up(
        self, lookup: Operation, held: Sequence[Value], codes: IntArray, clear: bool
    ) -> Expression:
        base = self.add(lookup, tuple(codes[:-1].tolist()), int(codes[-1]), clear)
        return Expression((base,), np.arange(len(held)), tuple(held))


def _completed(
    table: IntArray, arguments: Sequence[FiniteValues], values: FiniteValues, frame: int
) -> tuple[IntArray, int]:
    """Return what `completed` does; of a large table what never occurs has the commonest result."""
    if table.size <= LARGEST_DECIDED:
        return completed(table, arguments, values)
    known = table[table >= 0]
    return np.where(table < 0, np.bincount(known).argmax() if known.size else frame, table), 1


def _sort_key(value: Value) -> tuple[str, Fraction | int, str]:
    if isinstance(value, int | float | Fraction) and value == value:
        return "", Fraction(value) if abs(value) != float("inf") else 0, ""
    return type(value).__name__, 0, str(value)


def finished(program: Program) -> Program:
    """Return the Program without what no vote depends on, layer by layer."""
    read = {vote.variable for vote in program.classifier.votes}
    for number in reversed(range(len(program.operations))):
        if len(INPUTS) + number in read:
            read.update(program.operations[number].reads)
    layers = (*(-1 for _ in INPUTS), *program.layers)
    order = sorted(read, key=lambda number: (layers[number], number))
    place = {old: new for new, old in enumerate(order)}
    votes = program.classifier.votes
    moved = tuple(replace(vote, variable=place[vote.variable]) for vote in votes)
    return replace(
        program,
        inputs=tuple(program.inputs[number] for number in order if number < len(INPUTS)),
        operations=tuple(
            _moved(program.operations[number - len(INPUTS)], place)
            for number in order
            if number >= len(INPUTS)
        ),
        classifier=replace(program.classifier, votes=moved),
    )


def _moved(operation: Operation, place: dict[int, int]) -> Operation:
    if isinstance(operation, CategoricalHead | NumericalHead):
        query, key, value = (place[one] for one in operation.reads)
        return replace(operation, query=query, key=key, value=value)
    return replace(operation, arguments=tuple(place[one] for one in operation.arguments))


INPUTS = (Tokens(), Positions(), Ones())
"""What a Program under construction reads, by number."""
