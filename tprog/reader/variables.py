"""The variables of a program: each line of `run` that computes one becomes an input, a head or a look-up."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from tprog.codegen.fixed import BESIDE, basic_input, runtime_head
from tprog.errors import InvalidProgram, UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Input,
    Integers,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    TextRule,
    Tokens,
    Values,
    WordTable,
)
from tprog.reader.comments import chunk_comments, layer_and_notes, notes
from tprog.reader.constants import Constants
from tprog.reader.inputs import read_inline_table, read_word_function
from tprog.reader.lookups import read_computed, read_formula, read_rectangles, read_table
from tprog.reader.predicates import read_predicate
from tprog.reader.run import RunLine, basic_variable
from tprog.reader.source import docstring

_T = TypeVar("_T")


class Variables:
    """The variables read so far.

    Attributes:
        inputs: the inputs.
        operations: the operations.
        values: the value set of each variable.
        numbers: the index of each variable, by its name in `run`.
    """

    def __init__(self, constants: Constants, domain: Domain) -> None:
        """Begin without variables."""
        self.inputs: list[Input] = []
        self.operations: list[Operation] = []
        self.values: list[Values] = []
        self.numbers: dict[str, int] = {}
        self._constants = constants
        self._file = constants.file
        self._source = constants.source
        self._bare = Program(domain, (), (), Classifier(("",), ()))

    def add(self, line: RunLine) -> None:
        """Add the variable that one line of `run` computes."""
        if line.name in self.numbers:
            raise self._error(line, f"x.{line.name} is computed twice")
        made = self._at(line.statement, lambda: self._made(line))
        if isinstance(made, Operation):
            self.operations.append(made)
        elif self.operations:
            raise self._error(line, f"x.{line.name} reads the words; move it above the heads")
        else:
            self.inputs.append(made)
        self.numbers[line.name] = len(self.values)
        self.values.append(self._written(made))

    def remember_layers(self, lines: Sequence[RunLine]) -> None:
        """Give every operation its layer and notes, from the comments at its function, in the file's order."""
        inputs = len(self.inputs)
        places: dict[str, list[int]] = {}
        for number, line in enumerate(lines[inputs:]):
            places.setdefault(line.head or line.function, []).append(number)
        layer: int | None = None
        for name in self._file.functions:
            if name not in places:
                continue
            named, written = layer_and_notes(self._comments(name))
            layer = layer if named is None else named
            for number in places[name]:
                line, made = lines[inputs + number], self.operations[number]
                # A function that several lines call says the name of none.
                title = line.name if len(places[name]) > 1 else made.name
                self.operations[number] = replace(
                    made, name=title, layer=layer, notes=(*written, *notes(line.comments))
                )

    def _error(self, line: RunLine, message: str) -> UnreadableSource:
        return self._source.error(line.statement, message)

    def _made(self, line: RunLine) -> Input | Operation:
        for name in line.reads:
            if name not in self.numbers:
                raise self._error(line, f"x.{name} is not computed before this line")
        reads = tuple(self.numbers[name] for name in line.reads)
        known = notes(line.comments)
        match line.kind:
            case "head":
                return self._head(line, *reads)
            case "beside":
                return self._beside(line, *reads)
            case "lookup":
                return self._lookup(line, reads)
            case "rule":
                function = self._file.function(line.function, line.statement)
                made = read_word_function(self._constants, function, self._bare)
                above = notes(self._comments(line.function))
                return replace(made, name=line.function, notes=(*above, *known))
            case "words":
                table = read_inline_table(
                    self._constants, line.name, line.statement, line.table, self._bare
                )
                return replace(table, name=line.name, notes=known)
            case "basic":
                basic = basic_variable(line.statement.value, self._bare)
                if basic is not None:
                    return replace(basic, name=line.name, notes=known)
                tokens = basic_input(self._bare, Tokens())
                raise self._error(
                    line,
                    f"x.{line.name} is nothing that a program can compute; the tokens are `{tokens}`",
                )

    def _head(self, line: RunLine, query: int, key: int, value: int) -> Operation:
        found = runtime_head(line.function)
        assert found is not None
        tie, causal = found
        function = self._file.function(line.head, line.statement)
        for role, read in (("query", query), ("key", key)):
            if isinstance(self.values[read], Integers):
                raise self._error(line, f"the {role} of a head cannot be a number")
        if isinstance(self.values[value], Integers) != (tie is None):
            wanted = "count" if tie is not None else "attend"
            raise self._error(line, f"{line.function} cannot read this value; use {wanted}")
        predicate = self._at(
            function,
            lambda: read_predicate(self._source, function, self.values[query], self.values[key]),
        )
        if isinstance(tie, ByScore) != (line.scores is not None):
            raise self._error(line, "scores belong to attend_best, right after the head's name")
        if tie is None:
            return NumericalHead(query, key, value, predicate, causal, line.head)
        tie = self._scores(line, query, key) if isinstance(tie, ByScore) else tie
        return CategoricalHead(query, key, value, predicate, tie, causal, line.head)

    def _beside(self, line: RunLine, value: int) -> Operation:
        """Return a head that copies what stands so many positions further on."""
        places = [place for place, part in enumerate(self.inputs) if isinstance(part, Positions)]
        if not places:
            raise self._error(line, f"{BESIDE} needs positions; compute x.positions above")
        if isinstance(self.values[value], Integers):
            raise self._error(line, f"{BESIDE} cannot read a number; use count")
        predicate = Compare("==", 1, line.distance)
        found = CategoricalHead(places[0], places[0], value, predicate, name=line.name)
        return replace(found, notes=notes(line.comments))

    def _scores(self, line: RunLine, query: int, key: int) -> ByScore:
        """Return a head's scores, from a dict of dicts over its query's and key's values."""
        node = self._file.table(line.scores or "", line.statement)
        table = self._constants.evaluate(node)
        queries, keys = self.values[query], self.values[key]
        rows: list[tuple[int, ...]] = []
        if isinstance(queries, FiniteValues) and isinstance(keys, FiniteValues):
            for value in queries.values:
                row = table.get(value) if isinstance(table, dict) else None
                if not isinstance(row, dict) or set(row) != set(keys.values):
                    break
                rows.append(tuple(row[found] for found in keys.values))
            integers = all(type(score) is int for row in rows for score in row)
            if integers and len(rows) == len(queries) == len(table):
                return ByScore(tuple(rows))
        raise self._source.error(
            node, "scores are a whole number for each value of the query and each of the key"
        )

    def _lookup(self, line: RunLine, reads: tuple[int, ...]) -> Operation:
        function = self._file.function(line.function, line.statement)
        sets = [self.values[read] for read in reads]
        finite = [values for values in sets if isinstance(values, FiniteValues)]
        numbers = [values for values in sets if isinstance(values, Integers)]
        if not reads or len(sets) not in (len(finite), len(numbers)):
            raise self._error(
                line, "a look-up reads values or numbers, at least one and all of a kind"
            )
        source, name = self._source, line.function
        returned = getattr(function.returns, "id", None)
        if numbers and returned == "int":
            so_far = replace(self._bare, inputs=(*self.inputs,), operations=(*self.operations,))
            bounds = numerical_bounds(so_far)
            return self._at(
                function,
                lambda: NumericalLookup(
                    reads,
                    *read_formula(source, function, [bounds[read] for read in reads]),
                    name=name,
                ),
            )
        if finite and returned == "int":
            return self._at(
                function,
                lambda: CategoricalLookup(reads, *read_computed(source, function, finite), name),
            )
        written = self._constants.values(function.returns, function)
        if finite:
            table = read_table(source, function, finite, written)
            return CategoricalLookup(reads, written, table, name)
        return self._at(
            function,
            lambda: NumericalLookup(
                reads, written, *read_rectangles(source, function, len(reads), written), name=name
            ),
        )

    def _comments(self, name: str) -> list[str]:
        """Return the comments of a function, and the lines of its docstring as if they were comments."""
        function = self._file.functions[name]
        comments = chunk_comments(self._source, self._file.above[name], function)
        texts = [docstring(statement) or "" for statement in function.body]
        lines = [line.strip() for text in texts for line in text.splitlines()]
        return [*comments, *(f"# {line}" for line in lines if line)]

    def _written(self, made: Input | Operation) -> Values:
        """Return the value set of a variable that was just made."""
        match made:
            case Tokens():
                return self._bare.domain.token_values
            case Positions():
                return self._bare.domain.position_values
            case Ones() | NumericalHead():
                return Integers()
            case CategoricalHead(value=value):
                return self.values[value]
            case WordTable() | TextRule() | CategoricalLookup() | NumericalLookup():
                return made.values

    def _at(self, where: ast.AST, make: Callable[[], _T]) -> _T:
        """Make a node of the IR; what it refuses is an error at a line."""
        try:
            return make()
        except InvalidProgram as error:
            raise self._source.error(where, str(error)) from None
