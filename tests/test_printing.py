"""What leaves the program: a user's data is shown, never obeyed, by every command."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markup import seen
from nasty import SYMBOLS, nasty_program, write_nasty, wrong_program
from terminal import Finished, tprog

import tprog as tprog_api
from tprog.evaluate.traces import trace

SMALL = (
    "--epochs",
    "1",
    "--rounds",
    "1",
    "--restarts",
    "1",
    "--layers",
    "1",
    "--synth-seconds",
    "0",
)
# `P` is a program, `W` a wrong one, `H` a file that is no program, `D` examples, `F` a folder to write to.
COMMANDS = (
    "run P -- [/INST] \x1b[31m",
    "run P --explain -- -x --json",
    "run P --json -- \u202e \x01",
    "run P -- nothing\x1b[31m",
    "run P\x1b[31m 1",
    "analyze P",
    "analyze W --data D",
    "analyze W --data D --json",
    "verify W --data D",
    "verify W --against P",
    "diff P W",
    "diff P W --json",
    "diff P W --html F/page.html",
    "simplify W",
    "simplify W --diff",
    "simplify W --output F/short.py",
    "trace W --data D --source",
    "trace W --data D --graph F/graph.svg",
    "circuits W",
    "circuits W --graph F/graph.svg",
    "circuits W --input [/INST] --position 1",
    "graph P --output F/graph.svg",
    "graph P --output F/graph.dot",
    "graph P --output F/graph.\x1b[31m",
    "report W --data D --output F/page.html",
    "export P --out F/weights.safetensors",
    "analyze H",
    "analyze H --json",
    "graph H --output F/graph.svg",
    "simplify H",
    "import P",
    "import F",
    "train --data D --out F/run --seconds 2 " + " ".join(SMALL),
    "train --data D --out F/run --standard --epochs 1",
    "train --data P --out F/run",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with programs and examples."""
    return write_nasty(tmp_path_factory.mktemp("nasty"))


def given(command: str, place: Path, written: Path) -> list[str]:
    """Return a command's words, the letters replaced by files."""
    files = {"P": "program.py", "W": "other.py", "D": "data.jsonl", "H": "half.py"}
    words = []
    for word in command.split(" "):
        if word[:1] in files and word[1:2] in ("", "\x1b"):
            word = f"{place / files[word[0]]}{word[1:]}"
        elif word.split("/")[0] == "F":
            word = str(written) + word[1:]
        words.append(word)
    return words


def check_lines(finished: Finished) -> None:
    """Check that nothing printed is more than text, and that lines end where their words do, but for a blank line of a diff."""
    for stream in (finished.out, finished.err):
        odd = {character for character in stream if not character.isprintable()} - {"\n"}
        assert not odd, (odd, stream)
        assert "Traceback" not in stream
        assert not any(line != line.rstrip(" ") != "" for line in stream.splitlines()), stream


def check_files(folder: Path) -> None:
    """Check that pictures and pages are well formed and hold nothing unseen."""
    for path in folder.rglob("*"):
        if path.suffix not in (".svg", ".html", ".dot"):
            continue
        text = path.read_text(encoding="utf-8")
        # DOT text is indented by tabs.
        meant = {"\n", "\u00a0"} | ({"\t"} if path.suffix == ".dot" else set())
        odd = {character for character in text if not character.isprintable()} - meant
        assert not odd, (path, odd)
        if path.suffix == ".svg":
            ElementTree.fromstring(text)
        if path.suffix == ".html":
            assert seen(text)


@pytest.mark.parametrize("command", COMMANDS)
def test_data_is_shown_and_never_obeyed(place: Path, tmp_path: Path, command: str) -> None:
    """No symbol, label, title or path reaches the terminal, a picture or a page as anything but visible text."""
    written = tmp_path / place.name
    written.mkdir()
    finished = tprog(*given(command, place, written))
    assert finished.code in (0, 1, 2, 3, 4), finished
    check_lines(finished)
    check_files(tmp_path)
    shutil.rmtree(written)


@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.startswith("train")])
def test_every_command_prints_in_an_encoding_that_lacks_our_signs(
    place: Path, tmp_path: Path, command: str
) -> None:
    """ASCII holds all that is printed, and JSON stays JSON."""
    written = tmp_path / place.name
    written.mkdir()
    finished = tprog(*given(command, place, written), encoding="ascii")
    assert finished.code in (0, 1, 2, 3, 4), finished
    check_lines(finished)
    if "--json" in command.split(" -- ")[0]:
        assert json.loads(finished.out)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("command", ["run sort 3 1 2 --explain", "run --help", "run sort é"])
def test_a_process_ends_well_whatever_the_encoding_of_its_pipe(command: str, encoding: str) -> None:
    """What typer prints is included, and an error is one line."""
    done = subprocess.run(
        [sys.executable, "-m", "tprog", *command.split()],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == ("é" in command)
    assert (done.stdout or done.stderr).decode(encoding).strip()
    assert b"Traceback" not in done.stderr
    assert (len(done.stderr.splitlines()) == 1) == ("é" in command)


def shown_in_notebooks() -> Iterator[object]:
    """Yield what a notebook can show of a nasty program."""
    program, wrong = nasty_program(), wrong_program()
    tokens = [SYMBOLS[0], SYMBOLS[3]]
    yield from (program, trace(program, tokens), tprog_api.diff(program, wrong))
    yield from (tprog_api.circuits(wrong), *tprog_api.circuits(program, tokens))
    yield from (tprog_api.verify(wrong, program), tprog_api.graph(program))


def test_a_notebook_shows_data_and_obeys_none() -> None:
    """Snippets and pictures are well formed and hold nothing unseen."""
    for one in shown_in_notebooks():
        html = getattr(one, "_repr_html_", None)
        text = html() if html is not None else one._repr_svg_()  # type: ignore[attr-defined]
        assert not {c for c in text if not c.isprintable()} - {"\n", "\u00a0"}, type(one)
        if html is None:
            ElementTree.fromstring(text)
        else:
            assert seen(text)
