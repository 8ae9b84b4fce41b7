"""The CSV files that a published program names, each found and read once."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tprog.errors import UnreadableSource
from tprog.published.arguments import Arguments
from tprog.published.files import companion
from tprog.published.parsed import Source
from tprog.published.sheets import Sheet, WeightSheet, WordSheet, read_sheet

# The options of read_csv that are known, and the values that they may have, as Python prints them.
OPTIONS = {
    "index_col": ("[0, 1]",),
    "dtype": ("['feature']", "['feature', 'value']", "[]"),
    "keep_default_na": ("False", "True"),
    "na_filter": ("False", "True"),
    "encoding": ("'utf-8'", "'utf8'"),
    "sep": ("','",),
    "header": ("0",),
}


@dataclass(slots=True, eq=False)
class Tables:
    """The files beside one program.

    Attributes:
        source: the program.
        path: where it lies.
        sheets: the files that have been read, by the path that the program writes.
        weights: the classifier, once it has been read.
        words: the embeddings, once they have been read.
        arguments: what the training was called with that made the program, where that is known.
        warnings: what a user should know, a line each.
    """

    source: Source
    path: Path
    sheets: dict[str, Sheet] = field(default_factory=dict)
    weights: WeightSheet | None = None
    words: WordSheet | None = None
    arguments: Arguments | None = None
    warnings: list[str] = field(default_factory=list)

    def read(
        self, call: ast.AST, written: str, options: Mapping[str, object]
    ) -> Sheet | WeightSheet:
        """Return what `pd.read_csv(...)` reads: a classifier where its first two columns are the index.

        Args:
            call: the call, for errors.
            written: the path as it is written.
            options: what else it is given.

        Raises:
            FileProblem: a file cannot be read.
            UnreadableSource: a file is missing or damaged, or the options are others than the published ones.
        """
        for name, value in options.items():
            if repr(value) not in OPTIONS.get(name, ()):
                raise self.source.error(
                    call, f"read_csv is called with {name}=...; restore the published call"
                )
        keeps = options.get("keep_default_na") is False or options.get("na_filter") is False
        sheet = self._sheet(call, written, keeps)
        if "index_col" not in options:
            return sheet
        if self.weights is not None and self.weights.sheet is sheet:
            return self.weights
        if self.weights is not None:
            raise self.source.error(call, "a second classifier is read here; one is enough")
        self.weights = WeightSheet(sheet)
        self.weights.check(typed="value" in str(options.get("dtype")))
        return self.weights

    def index(self, call: ast.AST, sheet: Sheet, column: str) -> WordSheet:
        """Return a file of embeddings whose words stand in a column."""
        if self.words is not None and (self.words.sheet, self.words.column) == (sheet, column):
            return self.words
        if self.words is not None:
            raise self.source.error(call, "a second file of embeddings is read here; one is enough")
        self.words = WordSheet(sheet, column)
        return self.words

    def _sheet(self, call: ast.AST, written: str, keeps: bool) -> Sheet:
        if written not in self.sheets:
            found = companion(self.path, written)
            if found is None and not written.isprintable():
                found = self._unescaped(call, written)
            if found is None:
                raise self.missing(call, written)
            self.sheets[written] = read_sheet(found, keeps)
        if self.sheets[written].keeps_missing != keeps:
            raise self.source.error(call, "one file is read in two ways; one is enough")
        return self.sheets[written]

    def _unescaped(self, call: ast.AST, written: str) -> Path | None:
        """Return the file beside the program that a path of Windows means, whose letters became control characters."""
        kind = "embeddings" if written.endswith("_embeddings.csv") else "weights"
        found = companion(self.path, f"{self.path.stem}_{kind}.csv")
        if found is not None:
            self.warnings.append(
                f"line {getattr(call, 'lineno', 1)} names {written!r}, a path of Windows in which Python takes some letters for control "
                f"characters; {found.name} beside it is read instead"
            )
        return found

    def missing(self, where: ast.AST, written: str) -> UnreadableSource:
        """Return the error for a file that is not there."""
        shown = written if len(written) < 200 else f"{written[:200]}..."
        return self.source.error(
            where, f"the file {shown!r} is not there; put it beside {self.path.name}"
        )
