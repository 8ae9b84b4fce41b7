"""Tests of calling Graphviz."""

import stat
from pathlib import Path

import pytest

from tprog.analysis.show.graph import rendering
from tprog.analysis.show.graph.rendering import CannotDraw, engines, lay_out

SMALL = "digraph { a -> b }"


def fake_dot(folder: Path, body: str) -> list[str]:
    """Return a command that stands in for `dot`: a shell script with this body."""
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return [str(path), "-T"]


def test_the_bundled_engine_lays_out_and_keeps_the_terminal_clean(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A layout comes back as bytes and nothing is printed."""
    assert lay_out(SMALL, "plain").startswith(b"graph 1 ")
    assert capfd.readouterr() == ("", "")


def test_text_that_is_no_dot_is_one_clear_line() -> None:
    """A failure of the engine names Graphviz and shows no traceback."""
    with pytest.raises(CannotDraw, match="Graphviz could not draw the graph") as caught:
        lay_out("digraph {", "svg")
    assert "\n" not in str(caught.value)


def test_an_installed_dot_is_used_where_pygraphviz_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The command `dot -Tsvg` gets the text and gives the picture."""
    command = fake_dot(tmp_path, 'printf "%s:" "$1"; cat')
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: command[0])
    assert engines() == [command]
    assert lay_out(SMALL, "svg") == f"-Tsvg:{SMALL}".encode()


def test_the_second_engine_is_asked_where_the_first_one_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A broken engine does not keep a working one from drawing."""
    working = fake_dot(tmp_path, "cat")
    monkeypatch.setattr(rendering, "engines", lambda: [["/does/not/exist", "-T"], working])
    assert lay_out(SMALL, "svg") == SMALL.encode()


def test_without_any_engine_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message names pip's package and the system's program."""
    monkeypatch.setattr(rendering, "engines", list)
    with pytest.raises(CannotDraw, match=r"pip install pygraphviz.*`dot`.*DOT text needs neither"):
        lay_out(SMALL, "svg")


def test_a_crash_without_words_shows_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Fontconfig's warnings are no reason for a failure, so the code is shown instead."""
    broken = fake_dot(tmp_path, 'echo "Fontconfig warning: odd" >&2; exit 7')
    monkeypatch.setattr(rendering, "engines", lambda: [broken])
    with pytest.raises(CannotDraw, match="exit code 7"):
        lay_out(SMALL, "svg")


def test_a_layout_that_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The time limit ends the engine and says what to do."""
    slow = fake_dot(tmp_path, "exec sleep 5")
    monkeypatch.setattr(rendering, "engines", lambda: [slow])
    with pytest.raises(CannotDraw, match=r"longer than 0\.1 s"):
        lay_out(SMALL, "svg", time_limit=0.1)
