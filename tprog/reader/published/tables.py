"""The CSV files that a published program names. Owns finding and reading each of them once; refuses other arguments."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tprog.errors import UnreadableSource
from tprog.reader.published.files import companion
from tprog.reader.published.sheets import Sheet, WeightSheet, WordSheet, read_sheet
from tprog.reader.source import Source


@dataclass(slots=True, eq=False)
class Tables:
    """The files beside one program.

    Attributes:
        source: the program.
        path: where it lies.
        sheets: the files that have been read, by the path that the program writes.
        weights: the classifier, once it has been read.
        words: the embeddings, once they have been read.
    """

    source: Source
    path: Path
    sheets: dict[str, Sheet] = field(default_factory=dict)
    weights: WeightSheet | None = None
    words: WordSheet | None = None

    def read(self, call: ast.Call) -> Sheet | WeightSheet:
        """Return what `pd.read_csv(...)` reads: a classifier where its first two columns are the index.

        Raises:
            FileProblem: a file cannot be read.
            UnreadableSource: a file is missing or damaged, or the arguments are others than the published ones.
        """
        match call.args:
            case [ast.Constant(value=str() as written)]:
                pass
            case _:
                raise self.source.error(call, "read_csv must be given the path of one file")
        indexed = False
        for keyword in call.keywords:
            match keyword:
                case ast.keyword(
                    arg="index_col",
                    value=ast.List(elts=[ast.Constant(value=0), ast.Constant(value=1)]),
                ):
                    indexed = True
                case ast.keyword(arg="dtype", value=ast.Dict(keys=keys, values=values)) if all(
                    isinstance(kind, ast.Name) and kind.id == "str" for kind in values
                ) and all(isinstance(key, ast.Constant) and key.value == "feature" for key in keys):
                    pass
                case _:
                    raise self.source.error(
                        call,
                        f"read_csv is called with {keyword.arg}=...; restore the published call",
                    )
        sheet = self._sheet(call, written)
        if not indexed:
            return sheet
        if self.weights is not None and self.weights.sheet is sheet:
            return self.weights
        if self.weights is not None:
            raise self.source.error(call, "a second classifier is read here; one is enough")
        self.weights = WeightSheet(sheet)
        return self.weights

    def index(self, call: ast.AST, sheet: Sheet, column: str) -> WordSheet:
        """Return a file of embeddings whose words stand in a column."""
        if self.words is not None and (self.words.sheet, self.words.column) == (sheet, column):
            return self.words
        if self.words is not None:
            raise self.source.error(call, "a second file of embeddings is read here; one is enough")
        self.words = WordSheet(sheet, column)
        return self.words

    def preload(self, body: Sequence[ast.stmt]) -> None:
        """Read every file that a body names, before anything else is known."""
        for node in (node for statement in body for node in ast.walk(statement)):
            match node:
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Attribute(attr="read_csv")) as inner,
                        attr="set_index",
                    ),
                    args=[ast.Constant(value=str() as column)],
                ):
                    found = self.read(inner)
                    if isinstance(found, Sheet):
                        self.index(node, found, column)
                case ast.Call(func=ast.Attribute(attr="read_csv")):
                    self.read(node)
                case _:
                    pass

    def _sheet(self, call: ast.Call, written: str) -> Sheet:
        if written not in self.sheets:
            found = companion(self.path, written)
            if found is None:
                raise self.missing(call, written)
            self.sheets[written] = read_sheet(found)
        return self.sheets[written]

    def missing(self, where: ast.AST, written: str) -> UnreadableSource:
        """Return the error for a file that is not there."""
        shown = written if len(written) < 200 else f"{written[:200]}..."
        return self.source.error(
            where, f"the file {shown!r} is not there; put it beside {self.path.name}"
        )
