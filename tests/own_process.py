"""Runs program files as Python runs them, each in a process of its own.

`Runner` starts one clean interpreter, which forks for every file: the file is imported and run on inputs, and then run
as a script. Nothing of it can reach the tests or the next file.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

# Seconds for one file.
LIMIT = 20

SERVER = r"""
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

def job(path, inputs, limit):
    signal.alarm(limit)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = answers(path, inputs)
        return {"labels": found, "scripts": [script(path, tokens) for tokens in inputs[:2]]}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}

for line in sys.stdin:
    path, inputs, limit = json.loads(line)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as stream:
            json.dump(job(path, inputs, limit), stream)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    print(text or json.dumps({"error": "killed"}), flush=True)
"""


class Runner:
    """A clean interpreter that runs files, each in a process of its own."""

    def __init__(self) -> None:
        """Start the interpreter: without site packages, user settings or the current folder."""
        self._process = subprocess.Popen(
            # Without -B a file of the same size, written in the same second, would be taken for the one before.
            [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
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

    def run(self, path: Path, inputs: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Return `labels` (None where `run` raises ValueError) and what two runs as a script printed, or `error`."""
        self._pipe(self._process.stdin).write(json.dumps([str(path), inputs, LIMIT]) + "\n")
        self._pipe(self._process.stdin).flush()
        found: dict[str, Any] = json.loads(self._pipe(self._process.stdout).readline())
        return found

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe
