"""The variables of a program: each line of `run` that computes one becomes an input, a head or a look-up."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, cast

from tprog.codegen.fixed import basic_input, runtime_head, stored_lookup, word_lookup
from tprog.errors import InvalidProgram
from tprog.evaluate.bounds import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Classifier,
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
    TieBreak,
    Tokens,
    Values,
    WordTable,
)
from tprog.reader.constants import Constants, Types
from tprog.reader.flow import parameters
from tprog.reader.lookups import read_formula, read_rectangles, read_table
from tprog.reader.notes import chunk_comments, layer_and_notes, notes
from tprog.reader.predicates import read_predicate
from tprog.reader.rules import read_text_rule
from tprog.reader.source import docstring, same, without_docstring
from tprog.reader.wiring import Line, basic_kind

_T = TypeVar("_T")


class Variables:
    """The variables read so far.

    Attributes:
        inputs: the inputs.
        operations: the operations.
        values: the value set of each variable.
        numbers: the index of each variable, by its name in `run`.
    """

    def __init__(self, constants: Constants, types: Types, domain: Domain) -> None:
        """Begin without variables."""
        self.inputs: list[Input] = []
        self.operations: list[Operation] = []
        self.values: list[Values] = []
        self.numbers: dict[str, int] = {}
        self._constants = constants
        self._types = types
        self._layout = constants.layout
        self._source = constants.layout.source
        self._bare = Program(domain, (), (), Classifier(("",), ()))

    def add(self, line: Line) -> None:
        """Add the variable that one line of `run` computes.

        Raises:
            UnreadableSource: the line, or a function that it names, is nothing that a program can hold.
        """
        if line.name in self.numbers:
            raise self._source.error(line.statement, f"x.{line.name} is computed twice")
        made = self._at(line.statement, lambda: self._made(line))
        if isinstance(made, Operation):
            self.operations.append(made)
        elif self.operations:
            raise self._source.error(
                line.statement, f"x.{line.name} reads the words; move it above the heads"
            )
        else:
            self.inputs.append(made)
        self.numbers[line.name] = len(self.values)
        self.values.append(self._written(made))

    def remember_layers(self, lines: list[Line]) -> None:
        """Give every operation its layer and notes, from the comments at its function, in the file's order."""
        inputs = len(self.inputs)
        places: dict[str, list[int]] = {}
        for number, line in enumerate(lines[inputs:]):
            places.setdefault(line.head or line.function, []).append(number)
        layer: int | None = None
        for name in self._layout.functions:
            if name not in places:
                continue
            named, written = layer_and_notes(self._comments(name))
            layer = layer if named is None else named
            for number in places[name]:
                beside = notes(lines[inputs + number].comments)
                self.operations[number] = replace(
                    self.operations[number], layer=layer, notes=(*written, *beside)
                )

    def _made(self, line: Line) -> Input | Operation:
        for name in line.reads:
            if name not in self.numbers:
                raise self._source.error(
                    line.statement, f"x.{name} is not computed before this line"
                )
        reads = tuple(self.numbers[name] for name in line.reads)
        match line.kind:
            case "head":
                return self._head(line, *reads)
            case "lookup":
                return self._lookup(line, reads)
            case "rule":
                return self._word_function(line)
            case "words":
                return self._inline_table(line)
            case _:
                return self._basic(line)

    def _basic(self, line: Line) -> Input:
        known = notes(line.comments)
        match basic_kind(line.statement.value, self._bare):
            case "tokens":
                return Tokens(line.name, known)
            case "positions":
                return Positions(line.name, known)
            case "ones":
                return Ones(line.name, known)
            case _:
                tokens = basic_input(self._bare, Tokens())
                raise self._source.error(
                    line.statement,
                    f"x.{line.name} is nothing that a program can compute; the tokens are `{tokens}`",
                )

    def _head(self, line: Line, query: int, key: int, value: int) -> Operation:
        found = runtime_head(line.function)
        assert found is not None
        tie, causal = found
        function = self._layout.function(line.head, line.statement)
        for role, read in (("query", query), ("key", key)):
            if isinstance(self.values[read], Integers):
                raise self._source.error(line.statement, f"the {role} of a head cannot be a number")
        if isinstance(self.values[value], Integers) != (tie is None):
            wanted = "count" if tie is not None else "attend"
            raise self._source.error(
                line.statement, f"{line.function} cannot read this value; use {wanted}"
            )
        predicate = self._at(
            function,
            lambda: read_predicate(self._source, function, self.values[query], self.values[key]),
        )
        if isinstance(tie, ByScore) != (line.scores is not None):
            raise self._source.error(
                line.statement, "scores belong to attend_best, right after the head's name"
            )
        if tie is None:
            return NumericalHead(query, key, value, predicate, causal, line.head)
        tie = self._scores(line, query, key) if isinstance(tie, ByScore) else tie
        return CategoricalHead(query, key, value, predicate, tie, causal, line.head)

    def _scores(self, line: Line, query: int, key: int) -> TieBreak:
        """Return a head's scores, from a dict of dicts over its query's and key's values."""
        node = self._layout.table(line.scores or "", line.statement)
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

    def _lookup(self, line: Line, reads: tuple[int, ...]) -> Operation:
        function = self._layout.function(line.function, line.statement)
        sets = [self.values[read] for read in reads]
        finite = [values for values in sets if isinstance(values, FiniteValues)]
        numbers = [values for values in sets if isinstance(values, Integers)]
        if not reads or len(sets) not in (len(finite), len(numbers)):
            raise self._source.error(
                line.statement, "a look-up reads values or numbers, at least one and all of a kind"
            )
        if not finite and isinstance(function.returns, ast.Name) and function.returns.id == "int":
            return self._formula(line, function, reads)
        written = self._types.values(function.returns, function)
        if finite:
            table = read_table(self._source, function, finite, written)
            return CategoricalLookup(reads, written, table, line.function)
        return self._at(
            function,
            lambda: NumericalLookup(
                reads,
                written,
                *read_rectangles(self._source, function, len(reads), written),
                name=line.function,
            ),
        )

    def _formula(
        self, line: Line, function: ast.FunctionDef, reads: tuple[int, ...]
    ) -> NumericalLookup:
        so_far = replace(self._bare, inputs=tuple(self.inputs), operations=tuple(self.operations))
        bounds = numerical_bounds(so_far)

        def make() -> NumericalLookup:
            found = read_formula(self._source, function, [bounds[read] for read in reads])
            values, caps, boxes, default = found
            return NumericalLookup(reads, values, caps, boxes, default, name=line.function)

        return self._at(function, make)

    def _word_function(self, line: Line) -> Input:
        """Return the text rule, or the table in the file beside the program, of a function of the words."""
        function = self._layout.function(line.function, line.statement)
        if parameters(self._source, function) != ["word"]:
            raise self._source.error(function, f"{function.name} must take one word; restore it")
        values = self._types.values(function.returns, function)
        known = (*notes(self._comments(line.function)), *notes(line.comments))
        key = self._stored_key(function)
        if key is None:
            rule = self._at(function, lambda: read_text_rule(self._source, function, values))
            return replace(rule, name=line.function, notes=known)
        table = self._table(self._constants.stored(key, function), values, function)
        return WordTable(values, table, line.function, known)

    def _stored_key(self, function: ast.FunctionDef) -> str | None:
        """Return the key of the stored table that a function looks its word up in."""
        match without_docstring(function.body):
            case [
                ast.Assign(value=ast.Subscript(slice=ast.Constant(value=str() as key))),
                ast.Return(),
            ] as body if function.returns is not None:
                kind = ast.unparse(function.returns)
                expected = ast.parse(stored_lookup(self._bare, kind, key)).body
                return key if same(body, expected) else None
            case _:
                return None

    def _inline_table(self, line: Line) -> Input:
        match line.table:
            case ast.Name(id=name):
                node = self._layout.table(name, line.statement)
            case _:
                raise self._source.error(line.statement, "a word table must be a constant")
        expected = ast.parse(word_lookup(self._bare, name), mode="eval").body
        annotation = self._layout.annotations.get(name)
        match annotation:
            case ast.Subscript(slice=ast.Tuple(elts=[_, kind])) if same(
                line.statement.value, expected
            ):
                values = self._types.values(kind, node)
            case _:
                raise self._source.error(
                    line.statement,
                    f"write x.{line.name} = {ast.unparse(expected)}, and {name}: dict[str, TYPE]",
                )
        table = self._table(self._constants.evaluate(node), values, node)
        return WordTable(values, table, line.name, notes(line.comments))

    def _table(self, entries: object, values: FiniteValues, where: ast.AST) -> tuple[int, ...]:
        """Return the index of the value of each symbol of the alphabet."""
        alphabet = self._bare.domain.alphabet
        if not isinstance(entries, dict) or set(entries) != set(alphabet):
            raise self._source.error(
                where, "a word table needs one entry for each token and for the frame"
            )
        indices = {value: index for index, value in enumerate(values.values)}
        plain = [
            indices.get(entries[word]) if type(entries[word]) in (str, int) else None
            for word in alphabet
        ]
        if None in plain:
            wrong = alphabet[plain.index(None)]
            raise self._source.error(where, f"the entry of {wrong!r} is none of the table's values")
        return tuple(cast("list[int]", plain))

    def _comments(self, name: str) -> list[str]:
        """Return the comments of a function, and the lines of its docstring as if they were comments."""
        function = self._layout.functions[name]
        comments = chunk_comments(self._source, self._layout.above[name], function)
        texts = [docstring(statement) or "" for statement in function.body]
        lines = [line.strip() for text in texts for line in text.splitlines()]
        return [*comments, *(f"# {line}" for line in lines if line)]

    def _written(self, made: Input | Operation) -> Values:
        """Return the value set of a variable that was just made."""
        domain = self._bare.domain
        match made:
            case Tokens():
                return domain.token_values
            case Positions():
                return domain.position_values
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
