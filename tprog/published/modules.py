"""Heads, look-ups and votes of a published program: what its calls make, whatever they are written like."""

import ast
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    NumericalHead,
    NumericalLookup,
    WordTable,
)
from tprog.published.assemble import Drafts, Scores, as_values
from tprog.published.files import ARGUMENTS_FILE
from tprog.published.functions import (
    Aggregation,
    Written,
    tabulate,
    tabulate_numerical,
    tabulate_predicate,
)
from tprog.published.parsed import PublishedSource
from tprog.published.sandbox import Sandbox
from tprog.published.sheets import NO_VALUE, Sheets, WeightSheet, WordSheet, whole
from tprog.published.values import AttentionValue, ConstantValue, Entry, Item, Located, Number


@dataclass(slots=True, eq=False)
class ModuleReader:
    """Makes the variables of one program out of its functions and sheets.

    `lasts` has for each numerical look-up the greatest number that its function names, `looked_up` the variables of the
    classifier that have been looked up.
    """

    source: PublishedSource
    drafts: Drafts
    sandbox: Sandbox
    sheets: Sheets
    warnings: list[str] = field(default_factory=list)
    lasts: dict[int, int] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)
    _word_variables: dict[str, int] = field(default_factory=dict)

    @property
    def weights(self) -> WeightSheet:
        """The classifier."""
        assert self.sheets.weights is not None
        return self.sheets.weights

    def positions(self) -> Item:
        """Return what stands at each position of `range(len(tokens))`."""
        positions = self.drafts.positions()
        return Item(positions, self.drafts.entries(positions))

    def head(
        self, node: ast.AST, attention: AttentionValue, aggregation: Aggregation, values: Entry
    ) -> Item | Number:
        """Add a head."""
        selection = attention.selection
        keys, queries = attention.keys, attention.queries
        predicate = tabulate_predicate(
            self.sandbox.function(attention.predicate), queries.entries, keys.entries
        )
        reads, tie = (queries.variable, keys.variable), selection.tie
        if tie is not None and aggregation == "copy" and isinstance(values, Item):
            head = CategoricalHead(*reads, values.variable, predicate, tie, selection.causal)
            return Item(self.drafts.add(head, values.entries), values.entries)
        if tie is None and aggregation == "sum" and not isinstance(values, Item):
            count = NumericalHead(*reads, self.number(node, values), predicate, selection.causal)
            return Number(self.drafts.add(count, None))
        raise self.source.error(
            node,
            "attention to one position copies a categorical variable, attention to all sums a numerical one; "
            "this does neither",
        )

    def number(self, node: ast.AST, entry: Entry) -> int:
        """Return a numerical variable; a list of 1 is the constant."""
        match entry:
            case Number(variable):
                return variable
            case ConstantValue(1 as one) if type(one) is int:
                return self.drafts.ones()
            case _:
                raise self.source.error(node, "a numerical variable must stand here")

    def lookup(self, function: ast.FunctionDef, items: list[Item], name: str) -> Item:
        """Add a look-up of categorical variables, which the program calls `name`.

        A variable that is read twice is one argument.
        """
        call = self.sandbox.function(function)
        variables = list(dict.fromkeys(item.variable for item in items))
        places = [variables.index(item.variable) for item in items]

        def at(*point: int) -> Any:
            found = zip(items, places, strict=True)
            return call(*(item.entries[point[place]] for item, place in found))

        sizes = [range(len(self.drafts.entries(variable))) for variable in variables]
        written = self._with_listed(tabulate(self.source, function, at, sizes), name)
        node = CategoricalLookup(tuple(variables), as_values(written.results), written.table)
        return Item(self.drafts.add(node, written.results), written.results)

    def numerical_lookup(self, function: ast.FunctionDef, variables: list[int], name: str) -> Item:
        """Add a look-up of numerical variables; see `lookup`."""
        call = self.sandbox.function(function)
        distinct = list(dict.fromkeys(variables))
        places = [distinct.index(variable) for variable in variables]

        def at(*point: int) -> Any:
            return call(*(point[place] for place in places))

        found = tabulate_numerical(self.source, function, at, len(distinct))
        same = Written(found.results, tuple(range(len(found.results))))
        written = self._with_listed(same, name)
        node = NumericalLookup(
            tuple(distinct),
            as_values(written.results),
            found.caps,
            tuple(replace(box, value=written.table[box.value]) for box in found.rectangles),
            written.table[found.default],
        )
        number = self.drafts.add(node, written.results)
        self.lasts[number] = found.last
        return Item(number, written.results)

    def _with_listed(self, written: Written, name: str) -> Written:
        """Return a look-up's results together with the values that the classifier lists for its name."""
        missing = [None] if None in written.results else []
        if missing:
            self.warnings.append(
                f"{name}: where no branch of its function applies, the published program raises KeyError; "
                "here such a position has a value of its own, which has no votes"
            )
        present = {result for result in written.results if result is not None}
        if not all(type(result) is int for result in present):
            return written
        numbers = map(whole, self.weights.values.get(name, ()))
        listed = {number for number in numbers if number is not None}
        results = (*sorted(present | listed), *missing)
        place = {result: number for number, result in enumerate(results)}
        return Written(results, tuple(place[written.results[entry]] for entry in written.table))

    def words(self, words: WordSheet, column: str) -> Item:
        """Return an embedding variable."""
        if column not in self._word_variables:
            numbers = words.numbers(column)
            if numbers is None:
                raise words.sheet.error(
                    1,
                    f"there is no column {column!r}, which the program reads; give its embeddings",
                )
            alphabet = self.drafts.domain.alphabet
            used = sorted({numbers[word] for word in alphabet})
            place = {number: index for index, number in enumerate(used)}
            table = tuple(place[numbers[word]] for word in alphabet)
            node = WordTable(as_values(used), table, name=column)
            self._word_variables[column] = self.drafts.add(node, tuple(used))
        variable = self._word_variables[column]
        return Item(variable, self.drafts.entries(variable))

    def votes(self, node: ast.AST, entry: Entry) -> Scores | Located:
        """Return the rows of the classifier that are looked up by the pair of variable and value at every position."""
        match entry:
            case ConstantValue((str() as feature, str() as value)):
                return Located(self._row(node, feature, value))
            case Item(variable, entries):
                unnamed = None in self.drafts.entries(variable)
                rows = tuple(self._entry_row(node, found, unnamed) for found in entries)
                return Scores(variable, rows)
            case _:
                raise self._no_pair(node)

    def _entry_row(self, node: ast.AST, found: object, unnamed: bool) -> tuple[Fraction, ...]:
        match found:
            case (str(), "None") if unnamed:
                return (Fraction(0),) * len(self.weights.labels)
            case (str() as feature, str() as value):
                return self._row(node, feature, value)
            case _:
                raise self._no_pair(node)

    def _no_pair(self, node: ast.AST) -> Exception:
        return self.source.error(
            node, 'the classifier is looked up by pairs such as ("tokens", str(v)); restore them'
        )

    def _row(self, node: ast.AST, feature: str, value: str) -> tuple[Fraction, ...]:
        self.looked_up.add(feature)
        row = self.weights.row(feature, value)
        if row is None:
            file, reason = self.weights.sheet.path.name, self._reason(feature, value)
            raise self.source.error(
                node,
                f"{file} has no row for {feature} {value!r}, which is looked up here; {reason}",
            )
        return row

    def _reason(self, feature: str, value: str) -> str:
        """Say why a row may be missing."""
        arguments = self.sheets.arguments
        empty = [name for name, values in self.weights.values.items() if not values]
        # Such a training writes its learned numbers under a name of their own.
        learned = not empty or any(name.startswith("num_var") for name in empty)
        if value == NO_VALUE and (learned if arguments is None else not arguments.count_only):
            known = "" if arguments is None else f", as {ARGUMENTS_FILE} says"
            return (
                f"that is what a training without --count_only leaves (count_only: false{known}), whose learned numbers no "
                "program holds; train with --count_only"
            )
        if f"{value}.0" in self.weights.values.get(feature, ()):
            return f"the file writes {value}.0; restore one of the two"
        return (
            "the two files do not belong together, or were made from a network with one head; import the checkpoint, "
            "if it is there"
        )
