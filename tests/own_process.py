"""Runs program files as Python runs them, each in a process of its own.

`Runner` starts one clean interpreter, which forks for every file, so that nothing of a file can reach the tests or the next
file. Files that we emitted are imported and run on inputs, and then run as a script, without any package; published ones
are run with pandas, by the Python that `TPROG_REFERENCE_PYTHON` names, this one where it is not set.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

# Seconds for one file.
LIMIT = 30

LOOP = r"""
import json, os, signal, sys

for line in sys.stdin:
    limit, order = json.loads(line)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(limit)
        with os.fdopen(write, "w") as stream:
            json.dump(job(*order), stream)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    print(text or "null", flush=True)
"""

EMITTED = r"""
import collections.abc, contextlib, functools, importlib.util, io, itertools, json, os, pathlib, runpy, signal, sys, types, typing

def answers(path, inputs):
    spec = importlib.util.spec_from_file_location("mutant", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = []
    for tokens in inputs:
        try:
            found.append(list(module.run(tokens)))
        except ValueError:
            found.append(None)
    return found

def script(path, tokens):
    sys.argv = [path, *tokens]
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(path, run_name="__main__")
    except SystemExit as stop:
        return [stop.code, out.getvalue()]
    return [0, out.getvalue()]

def job(path, inputs):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = answers(path, inputs)
        return {"labels": found, "scripts": [script(path, tokens) for tokens in inputs[:2]]}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}
"""

PUBLISHED = r"""
import contextlib, io, itertools, json, math, os, pathlib, random, signal, sys, traceback, warnings
import numpy, pandas
warnings.simplefilter("ignore")

def problem(error, path):
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == path]
    return {"error": type(error).__name__, "said": str(error)[:200], "frames": [[one.name, one.lineno] for one in frames]}

def job(path, inputs, name):
    os.chdir(os.path.dirname(path))
    sys.path.insert(0, os.path.dirname(path))
    module = {"__name__": name, "__file__": path}
    with open(path, "rb") as stream:
        content = stream.read()
    result = {"module": None, "answers": []}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(content, path, "exec"), module)
        except BaseException as error:
            result["module"] = problem(error, path)
        for tokens in inputs:
            try:
                answer = module["run"](tokens)
                if not isinstance(answer, (str, list, numpy.ndarray)):
                    raise TypeError("run returns no labels")
                result["answers"].append([str(answer)] if isinstance(answer, str) else list(answer))
            except BaseException as error:
                result["answers"].append(problem(error, path))
    return result
"""


class Runner:
    """An interpreter that runs `job` of a script on whatever it is asked, each time in a process of its own."""

    def __init__(self, script: str, python: str = sys.executable, *flags: str) -> None:
        """Start it without user settings or the current folder."""
        self._process = subprocess.Popen(
            # Without -B a file of the same size, written in the same second, would be taken for the one before.
            [python, "-I", "-B", *flags, "-W", "ignore", "-c", script + LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def __enter__(self) -> Self:
        """Return the runner."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the interpreter."""
        self._pipe(self._process.stdin).close()
        self._process.wait(LIMIT)
        self._pipe(self._process.stdout).close()

    def ask(self, *order: object) -> Any:
        """Return what `job(*order)` returns, None where its process was killed."""
        self._pipe(self._process.stdin).write(json.dumps([LIMIT, order]) + "\n")
        self._pipe(self._process.stdin).flush()
        return json.loads(self._pipe(self._process.stdout).readline())

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


class OwnProcess(Runner):
    """Runs files that we emitted."""

    def __init__(self) -> None:
        """Start an interpreter without site packages."""
        super().__init__(EMITTED, sys.executable, "-S")

    def run(self, path: Path, inputs: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Return `labels` (None where `run` raises ValueError) and what two runs as a script printed, or `error`."""
        found: dict[str, Any] = self.ask(str(path), inputs) or {"error": "killed"}
        return found


Answer = list[str] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """What Python made of a published file.

    Attributes:
        module: the error that ended its import, or None.
        answers: for each input its labels, or the error; both with the lines of the file that it passed through.
    """

    module: dict[str, Any] | None
    answers: list[Answer]


class OwnPandas(Runner):
    """Runs published files."""

    def __init__(self) -> None:
        """Start an interpreter that has loaded pandas."""
        super().__init__(PUBLISHED, os.environ.get("TPROG_REFERENCE_PYTHON", sys.executable))

    def run(self, path: Path, inputs: Sequence[Sequence[str]], name: str = "published") -> Ran:
        """Return what a file's `run` answers to framed inputs; `name` is the file's `__name__`."""
        found = self.ask(str(path), [list(tokens) for tokens in inputs], name)
        if found is None:
            return Ran({"error": "killed", "said": "", "frames": []}, [])
        return Ran(found["module"], found["answers"])
