"""The command line as a whole: its help, its one-line errors and its exit codes."""

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import typer
from terminal import one_line, small_hist, tprog, write_program

from tprog import __version__
from tprog.cli.main import command_line, invoke

ROOT = Path(__file__).parent.parent.parent


def test_help_lists_every_command() -> None:
    """The help names all commands."""
    finished = tprog("--help")
    assert finished.code == 0
    for command in ("train", "run", "analyze", "verify", "graph", "tasks", "demo"):
        assert command in finished.out


def test_help_of_every_command_shows_an_example() -> None:
    """A command's help has an example that starts with its own name."""
    for command in ("train", "run", "analyze", "verify", "graph", "tasks", "demo"):
        finished = tprog(command, "--help")
        assert finished.code == 0
        assert f"Example: tprog {command}" in " ".join(finished.out.split())


def test_the_version_is_that_of_the_package() -> None:
    """`--version` prints one line, what the package says of itself and pyproject.toml takes from there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" in project["dynamic"]
    assert tprog("--version").out == f"tprog {__version__}\n"


def complete(*words: str) -> list[str]:
    """Return what the shell is offered for the last word."""
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "tprog"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked, "_TPROG_COMPLETE": "complete_bash"},
    )
    return done.stdout.split()


def test_the_shell_completes_commands_programs_and_options() -> None:
    """Completion knows commands, the names of the gallery, options and what these may be."""
    assert complete("tprog", "ve") == ["verify"]
    assert complete("tprog", "run", "mo") == ["most_freq"]
    assert complete("tprog", "verify", "sort", "--ag") == ["--against"]
    assert complete("tprog", "trace", "sort", "--metric", "t") == ["tarantula"]


def commands() -> dict[str, list[list[str]]]:
    """Return the options of every command, each with all its spellings."""
    group = typer.main.get_command(command_line())
    return {
        name: [parameter.opts for parameter in command.params]
        for name, command in group.commands.items()  # type: ignore[attr-defined]  # It is a group.
    }


def test_the_same_thing_has_the_same_name_everywhere() -> None:
    """A command that writes a file or a folder takes -o; examples of a user's own are --data wherever there is a --task."""
    for name, options in commands().items():
        spelled = {one for opts in options for one in opts}
        writes = spelled & {"--output", "--graph", "--html"}
        assert ("-o" in spelled) == bool(writes), name
        assert ("--task" in spelled) <= ("--data" in spelled), name
        # What synth explains is a search, not an input.
        asks = "--position" in spelled or ("--explain" in spelled and name != "synth")
        assert asks <= ("--input" in spelled), name


def test_an_unknown_command_is_bad_usage() -> None:
    """A command that does not exist ends with exit code 2 in one line."""
    finished = tprog("tarin")
    assert finished.code == 2
    assert "tarin" in one_line(finished)


def test_a_wrong_flag_is_bad_usage() -> None:
    """A flag that does not exist ends with exit code 2 in one line."""
    finished = tprog("analyze", "sort", "--nonsense")
    assert finished.code == 2
    assert "--nonsense" in one_line(finished)


def test_an_unknown_task_names_the_near_ones() -> None:
    """A misspelt task is answered with what was probably meant."""
    finished = tprog("train", "srot")
    assert finished.code == 2
    assert "sort" in one_line(finished)


def test_a_missing_program_is_an_error() -> None:
    """A program that does not exist ends with exit code 1 in one line."""
    finished = tprog("run", "nowhere.py", "a")
    assert finished.code == 1
    assert "nowhere.py" in one_line(finished)


@pytest.mark.parametrize(
    "content", [b"", b"print('hello')", b"def f(:", b"\x00\xff\xfe", b"(" * 10_000, b"x = 1\n" * 50]
)
def test_a_file_that_is_no_program_is_an_error(tmp_path: Path, content: bytes) -> None:
    """Any file that is no program ends in one line that names it."""
    path = tmp_path / "other.py"
    path.write_bytes(content)
    for command in (("run", str(path), "a"), ("circuits", str(path)), ("simplify", str(path))):
        finished = tprog(*command)
        assert finished.code == 1
        assert "other.py" in one_line(finished)
    assert [found.name for found in tmp_path.iterdir()] == ["other.py"]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Output into a place that is no folder ends in one line, and nothing is written."""
    program = write_program(tmp_path, small_hist())
    (tmp_path / "file").write_text("in the way")
    finished = tprog("graph", str(program), "--output", str(tmp_path / "file" / "graph.dot"))
    assert finished.code == 1
    assert "graph.dot" in one_line(finished)


def test_help_answers_at_once() -> None:
    """`tprog --help` loads none of the heavy libraries."""
    code = (
        "import sys; from tprog.cli.main import invoke; invoke(['--help']); "
        "heavy = {'torch', 'numpy', 'numba', 'libcst', 'scipy', 'black'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # Twenty times the target: this only catches a mistake in kind; `make bench` measures.
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_reader_who_stops_reading_is_no_error(flags: list[str]) -> None:
    """With the other end of the pipe closed, a command ends with exit code 0 and says nothing."""
    command = [sys.executable, "-m", "tprog", "analyze", "hist", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_interrupt_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C within a command ends with exit code 130 and one line."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tprog.locate.read_named", interrupted)
    assert invoke(["run", "hist", "1"]) == 130
    assert capsys.readouterr().err == "tprog: interrupted\n"
