"""Runs published-looking files as Python and pandas run them, each in a process of its own.

One interpreter imports pandas and forks for every file, so that nothing of a file reaches the tests or the next file.
`TPROG_REFERENCE_PYTHON` names the Python with pandas, this one where it is not set.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PYTHON = os.environ.get("TPROG_REFERENCE_PYTHON", sys.executable)
LIMIT = 30  # seconds for one file

SERVER = r"""
import contextlib, io, itertools, json, math, os, pathlib, random, signal, sys, traceback, warnings
import numpy, pandas
warnings.simplefilter("ignore")

def problem(error, path):
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == path]
    return {"error": type(error).__name__, "said": str(error)[:200], "frames": [[one.name, one.lineno] for one in frames]}

def job(path, inputs, name, limit):
    signal.alarm(limit)
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

for line in sys.stdin:
    path, inputs, name, limit = json.loads(line)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as stream:
            json.dump(job(path, inputs, name, limit), stream)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    print(text or json.dumps({"module": {"error": "killed", "said": "", "frames": []}, "answers": []}), flush=True)
"""

Answer = list[str] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """What Python made of a file.

    Attributes:
        module: the error that ended its import, or None.
        answers: for each input its labels, or the error; both with the lines of the file that it passed through.
    """

    module: dict[str, Any] | None
    answers: list[Answer]


class OwnPython:
    """An interpreter that runs files, each in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, path: Path, inputs: Sequence[Sequence[str]], name: str = "published") -> Ran:
        """Return what a file's `run` answers to framed inputs; `name` is the file's `__name__`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = [str(path), [list(tokens) for tokens in inputs], name, LIMIT]
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        return Ran(found["module"], found["answers"])


@contextmanager
def own_python() -> Iterator[OwnPython]:
    """Yield an interpreter that has loaded pandas."""
    with subprocess.Popen(
        # Without -B a file of the same size, written in the same second, would be taken for the one before.
        [PYTHON, "-I", "-B", "-W", "ignore", "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:
        yield OwnPython(process)
        assert process.stdin is not None
        process.stdin.close()
