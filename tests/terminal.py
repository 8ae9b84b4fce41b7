"""Running commands in tests as a user would, and small programs to run them on."""

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

from example_programs import hist_program

from tprog.analysis.show.model import Page
from tprog.analysis.show.terminal import on_terminal
from tprog.cli.main import invoke
from tprog.codegen import emit
from tprog.ir import Program, Provenance
from tprog.terminal import Console


@dataclass(frozen=True)
class Finished:
    """What a command left on the terminal."""

    code: int
    out: str
    err: str


def tprog(*arguments: str, encoding: str = "utf-8") -> Finished:
    """Run `tprog ARGUMENTS` in this process, its output going to a pipe of some encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = invoke(arguments)
    return Finished(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


def one_line(finished: Finished) -> str:
    """Return the one line that a user's mistake ends in."""
    lines = finished.err.splitlines()
    assert len(lines) == 1, finished
    assert "Traceback" not in finished.err
    return lines[0]


def small_hist(symbols: Sequence[str] = ("0", "1", "2")) -> Program:
    """Return a perfect hist program whose task is a published one."""
    found = hist_program(tuple(symbols), 4)
    task = f"hist:vocabulary={len(symbols) + 2},length=5"
    return replace(found, provenance=Provenance("hist, by hand", task))


def write_program(folder: Path, program: Program, name: str = "program.py") -> Path:
    """Write a program file and return its path."""
    path = folder / name
    path.write_text(emit(program), encoding="utf-8")
    return path


def printed(page: Page, width: int = 100) -> list[str]:
    """Return the lines of a page on a terminal that is `width` columns wide."""
    file = io.StringIO()
    console = Console(width=width, file=file, force_terminal=True, color_system=None)
    console.print(on_terminal(page))
    return [line.rstrip().replace("\u00a0", " ") for line in file.getvalue().splitlines()]
