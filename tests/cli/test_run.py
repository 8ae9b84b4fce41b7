"""`tprog run`."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from terminal import Finished, one_line, small_hist, tprog, write_program


def test_run_prints_the_labels(tmp_path: Path) -> None:
    """The labels stand on one line."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "1", "0", "1")
    assert (finished.code, finished.out) == (0, "2 1 2\n")


def test_run_takes_a_framed_sequence(tmp_path: Path) -> None:
    """A full framed sequence gives the same labels."""
    program = write_program(tmp_path, small_hist())
    assert tprog("run", str(program), "<s>", "1", "0", "1").out == "2 1 2\n"


def test_run_names_an_unknown_token(tmp_path: Path) -> None:
    """An unknown token, an over-long input and an empty one end in one line."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "7")
    assert finished.code == 1
    assert "'7'" in one_line(finished)
    assert tprog("run", str(program), *"00000").code == 1
    assert tprog("run", str(program)).code == 2


def test_any_token_can_be_given(tmp_path: Path) -> None:
    """Tokens with blanks stand in a JSON list; those that begin with - there or behind --."""
    program = str(write_program(tmp_path, small_hist(("a b", "-x", "--json"))))
    finished = tprog("run", program, "--input", '["a b", "-x", "a b"]')
    assert (finished.code, finished.out) == (0, "2 1 2\n")
    assert tprog("run", program, "--", "-x", "--json", "-x").out == "2 1 2\n"
    refused = tprog("run", program, "-x")
    assert refused.code == 2
    assert "behind --" in one_line(refused)


def test_explain_shows_variables_and_votes(tmp_path: Path) -> None:
    """The explanation names every head and says which label wins."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "1", "0", "1", "--explain")
    assert finished.code == 0
    assert "count_own" in finished.out
    assert "own_count" in finished.out


def test_json_is_json(tmp_path: Path) -> None:
    """The JSON forms hold the labels."""
    program = write_program(tmp_path, small_hist())
    plain = json.loads(tprog("run", str(program), "1", "0", "--json").out)
    assert plain["labels"] == ["1", "1"]
    explained = json.loads(tprog("run", str(program), "1", "0", "--explain", "--json").out)
    assert explained["predictions"] == ["1", "1"]


def debugged(program: Path, script: str, *arguments: str, **environment: str) -> Finished:
    """Run a program on `1 0 1` in a process of its own, with a script typed into the debugger."""
    command = [sys.executable, "-m", "tprog", "run", str(program), "1", "0", "1", *arguments]
    finished = subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        check=False,
        cwd=program.parent,
        env={**os.environ, **environment},
        timeout=120,
    )
    return Finished(finished.returncode, finished.stdout, finished.stderr)


def test_break_stops_in_the_code_of_a_head(tmp_path: Path) -> None:
    """In pdb the arguments, the sequence and the variables are at hand, and the source is listed; quitting is 130."""
    program = write_program(tmp_path, small_hist())
    script = "args\np words\np x.positions\nlist\nquit\n"
    finished = debugged(program, script, "--break", "count_own")
    assert "count_own()" in finished.out
    assert "-> return key == token" in finished.out
    assert "['<s>', '1', '0', '1']" in finished.out
    assert "[0, 1, 2, 3]" in finished.out
    assert "def count_own(token: Token, key: Token) -> bool:" in finished.out
    assert finished.code == 130
    assert "Traceback" not in finished.err


def test_the_run_goes_on_to_its_labels(tmp_path: Path) -> None:
    """Who continues gets the labels in the end."""
    program = write_program(tmp_path, small_hist())
    finished = debugged(program, "continue\n" * 9, "--break", "own_count")
    assert finished.code == 0
    assert finished.out.splitlines()[-1].endswith("2 1 2")
    assert finished.out.count("-> ") == 4


def test_another_debugger_can_be_named(tmp_path: Path) -> None:
    """PYTHONBREAKPOINT names what is entered, and 0 enters nothing."""
    program = write_program(tmp_path, small_hist())
    (tmp_path / "mine.py").write_text(
        "import sys\ndef stop():\n    print('at', sys._getframe(1).f_code.co_name)\n"
    )
    mine = debugged(
        *(program, "", "--break", "own_count"), PYTHONBREAKPOINT="mine.stop", PYTHONPATH="."
    )
    assert mine.out.splitlines() == ["at own_count"] * 4 + ["2 1 2"]
    none = debugged(program, "", "--break", "own_count", PYTHONBREAKPOINT="0")
    assert none.out == "2 1 2\n"


def test_break_on_a_terminal(tmp_path: Path) -> None:
    """Typed at a terminal, the debugger answers there."""
    program = write_program(tmp_path, small_hist())
    main, side = pty.openpty()
    command = [sys.executable, "-m", "tprog", "run", str(program), "1", "--break", "own_count"]
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, cwd=tmp_path)
    os.close(side)
    os.write(main, b"p x.tokens\ncontinue\ncontinue\n")
    shown = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            # The other end is closed: the process is done.
            break
        if not part:
            break
        shown += part
    os.close(main)
    assert process.wait(timeout=60) == 0
    text = shown.decode()
    assert "['<s>', '1']" in text
    assert text.rstrip().endswith("1")


def test_break_names_the_parts(tmp_path: Path) -> None:
    """An unknown head ends in one line that lists the names; stops and an explanation do not go together."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "1", "--break", "nothing")
    assert finished.code == 2
    assert "the parts are count_own, own_count" in one_line(finished)
    assert tprog("run", str(program), "1", "--break", "own_count", "--explain").code == 2
