"""The commands that stand in the documentation, run as a reader would type them, and what they print compared with the page."""

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from terminal import tprog

ROOT = Path(__file__).parent.parent
CLONE = "TransformerPrograms"
# Stands before a block whose numbers depend on the machine.
VARIES = "<!-- numbers vary -->"
# Stands before a block of code that the reader saves under that name.
SAVED = r"<!-- save as (\S+) -->"
PROMPT = "(Pdb) "
LEFT_OUT = "…"
# Where `tprog` and `python` lie that are typed; another environment can be named, such as one with the wheel alone.
BIN = os.environ.get("TPROG_WALK") or str(Path(sys.executable).parent)


@dataclass(frozen=True)
class Step:
    """A command of a page.

    Attributes:
        page: the page.
        line: where the command stands.
        command: what is typed into the shell.
        typed: what is typed into the command, line by line.
        shown: the lines that the page shows of its output.
        varies: whether numbers in them depend on the machine.
    """

    page: str
    line: int
    command: str
    typed: tuple[str, ...]
    shown: tuple[str, ...]
    varies: bool

    @property
    def foreign(self) -> bool:
        """Whether it needs the published code."""
        return CLONE in self.command

    @property
    def long(self) -> bool:
        """Whether it trains, or needs what was trained or fetched before."""
        if "tprog lengths" in self.command:
            return "--dry-run" not in self.command
        return self.foreign or "tprog train" in self.command or "artifacts/runs" in self.command


def steps(page: Path) -> list[Step]:
    """Return the commands of a page's console blocks, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        step
        for block in re.finditer(
            r"^( *)```(?:console|py)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE
        )
        for step in _block(page, text, block)
    ]


def _block(page: Path, text: str, block: re.Match[str]) -> Iterator[Step]:
    lines = textwrap.dedent(block[2]).splitlines()
    first = text.count("\n", 0, block.start(2)) + 1
    saved = re.search(SAVED + r"\s*\Z", text[: block.start()])
    if saved:
        yield Step(page.name, first, f"cat > {saved[1]}", tuple(lines), (), False)
        return
    varies = text[: block.start()].rstrip().endswith(VARIES)
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        shown = lines[start + 1 : end]
        yield Step(
            page.name,
            first + start,
            lines[start].removeprefix("$ "),
            tuple(line.removeprefix(PROMPT) for line in shown if line.startswith(PROMPT)),
            tuple(line for line in shown if not line.startswith(PROMPT)),
            varies,
        )


def prepared(folder: Path) -> Path:
    """Return a folder in which everything can be typed: a clone has the gallery where it is said to be."""
    (folder / "artifacts").mkdir()
    (folder / "artifacts" / "gallery").symlink_to(ROOT / "artifacts" / "gallery")
    return folder


def output(step: Step, folder: Path, published: str) -> list[str]:
    """Run a command in a folder, and return the lines that it prints, without remarks and progress.

    Args:
        step: the command.
        folder: where it runs.
        published: the folder with the published code, which stands for fetching it.
    """
    command = step.command
    if command.startswith("git clone"):
        command = f"ln -s {published} {CLONE}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        # Where nothing is typed the terminal stays silent; where the page ends, so does what is typed.
        input="".join(f"{line}\n" for line in step.typed),
        stdout=subprocess.PIPE,
        # Remarks and progress are left out, but not what is said before a debugger begins.
        stderr=subprocess.STDOUT if step.typed else subprocess.PIPE,
        text=True,
        timeout=600,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONBREAKPOINT"},
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "COLUMNS": "80",
            "PYTHONIOENCODING": "utf-8",
            "BROWSER": "true",
        },
    )
    assert "Traceback" not in (done.stderr or done.stdout), done
    assert done.returncode in (0, 3, 4) or step.typed, done
    return [line.replace(PROMPT, "").rstrip() for line in done.stdout.splitlines()]


def is_plain(step: Step) -> bool:
    """Tell whether a step is one command of ours, for which neither a shell nor a process is needed."""
    return "TPROG_WALK" not in os.environ and not (
        step.typed
        or not step.command.startswith("tprog ")
        or re.search(r"[|;&<>$*`]", step.command)
    )


def output_here(step: Step, folder: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """Run a plain step in this process, and return the lines that it prints."""
    patch.chdir(folder)
    patch.setenv("COLUMNS", "80")
    patch.setenv("BROWSER", "true")
    done = tprog(*shlex.split(step.command)[1:])
    assert done.code in (0, 3, 4), done
    return [line.rstrip() for line in done.out.splitlines()]


def difference(step: Step, found: list[str]) -> str | None:
    """Return the first line of a page that the output does not have in its place; None where all of them are there.

    A line that is `…` alone stands for any lines, and one that ends so for any end.
    """
    at, free = 0, False
    for line in step.shown:
        if line.strip() == LEFT_OUT:
            free = True
            continue
        pattern = _pattern(line, step.varies)
        here = [number for number in range(at, len(found)) if pattern.fullmatch(found[number])]
        if not here or (here[0] != at and not free):
            return line
        at, free = here[0] + 1, False
    rest = [line for line in found[at:] if line]
    return rest[0] if rest and not free else None


def _pattern(line: str, varies: bool) -> re.Pattern[str]:
    line = line.rstrip()
    text = re.escape(line.removesuffix(LEFT_OUT)) + (".*" if line.endswith(LEFT_OUT) else "")
    return re.compile(re.sub(r"\d+", r"\\d+", text) if varies else text)
