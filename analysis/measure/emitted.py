"""Running emitted code. This is the only place where text becomes running code: text that was emitted a moment ago.

A program file of someone else is never run: it is read into a Program, and that Program is emitted again.
"""

import ast
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tprog.analysis.measure.file_parts import file_parts
from tprog.evaluate import Batch, prediction_labels
from tprog.evaluate.inputs import IntArray
from tprog.ir import CategoricalHead, Compare, Domain, Program, Value


class EmittedProgram:
    """The emitted code of a Program, run input by input in a module of its own.

    Args:
        program: a valid Program.
        place: the file that the code says it comes from, for debuggers and coverage; whoever names a file writes
            `source` there.
        change: returns the parsed code as it is to run, with the line numbers of `source`; as it is where it is None.
        source: what `emit` gave for this very Program, where that is at hand: large programs take seconds to write.
        file: the file that the code takes itself for, where its word tables lie beside that one.
    """

    def __init__(
        self,
        program: Program,
        place: str = "<emitted program>",
        change: Callable[[ast.Module], ast.Module] | None = None,
        source: str | None = None,
        file: Path | None = None,
    ) -> None:
        # Writing source needs LibCST, which takes longer to load than most comparisons take.
        from tprog.codegen import emit

        self.program = program
        self.source = emit(program) if source is None else source
        self._module = ModuleType("emitted_program")
        if file is not None:
            self._module.__file__ = str(file)
        code: str | ast.Module = self.source
        if change is not None:
            code = ast.fix_missing_locations(change(ast.parse(self.source)))
        exec(compile(code, place, "exec"), self._module.__dict__)
        self._labels = dict.fromkeys(prediction_labels(program))

    @cached_property
    def _functions(self) -> dict[str, ast.FunctionDef]:
        """By a variable's name, the function that it is computed by."""
        return file_parts(ast.parse(self.source).body).functions

    @property
    def domain(self) -> Domain:
        """The Program's domain."""
        return self.program.domain

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """The texts that predictions speak of; an exception that the code raised is one of them."""
        return tuple(self._labels)

    def run(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels that the emitted `run` gives; pooled: a single one."""
        run: Callable[[list[str]], str | list[str]] = self._module.__dict__["run"]
        found = run(list(tokens))
        return [found] if isinstance(found, str) else list(found)

    def observe(self, tokens: Sequence[str]) -> tuple[list[str], dict[str, list[Any]]]:
        """Return what `run` returns, and every variable's values by its name, as the `observe` hook is shown them."""
        run: Callable[..., str | list[str]] = self._module.__dict__["run"]
        shown: dict[str, list[Any]] = {}
        found = run(list(tokens), shown.__setitem__)
        return [found] if isinstance(found, str) else list(found), shown

    def call(self, name: str, *values: Value) -> object:
        """Return what the function of a head or look-up returns, given by the variable's name; of a head without one, whether it attends."""
        written = self._functions.get(name)
        if written is not None:
            function: Callable[..., object] = self._module.__dict__[written.name]
            return function(*values)
        head = self.program.variables[self.program.names.index(name)]
        assert isinstance(head, CategoricalHead)
        assert isinstance(head.predicate, Compare)
        query, key = values
        return head.predicate.holds(query, key)

    def predict(self, batch: Batch) -> IntArray:
        """Return `(inputs, positions)` indices into `prediction_labels`, -1 at the frame; pooled: `(inputs,)`."""
        pooled = self.program.classifier.pooled
        data = self.domain.data_slice(batch.indices.shape[1])
        out = np.full((len(batch),) if pooled else batch.indices.shape, -1, dtype=np.int64)
        number = {label: index for index, label in enumerate(self._labels)}
        for row in range(len(batch)):
            found = [
                number.setdefault(label, len(number))
                for label in self._answer(batch.data(row, self.domain))
            ]
            if pooled:
                out[row] = found[0]
            else:
                out[row, data] = found
        self._labels = dict.fromkeys(number)
        return out

    def _answer(self, tokens: tuple[str, ...]) -> list[str]:
        """Return the labels, or for each of them the exception that the code raised."""
        wanted = 1 if self.program.classifier.pooled else len(tokens)
        try:
            found = self.run(tokens)
        except (
            Exception
        ) as error:  # A fault of emitted code is a wrong answer, which a comparison has to show.
            return [f"{type(error).__name__}: {error}"] * wanted
        return found if len(found) == wanted else [f"{len(found)} labels"] * wanted
