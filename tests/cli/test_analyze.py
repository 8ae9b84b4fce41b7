"""`tprog analyze`."""

import json
import subprocess
import sys
from pathlib import Path

from sources import FORK
from terminal import one_line, small_hist, tprog, write_program

from tprog.analysis.show.source import FIRST_LINE


def test_the_page_names_every_part(tmp_path: Path) -> None:
    """Heads, look-ups and accuracy stand on the page."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("analyze", str(program))
    assert finished.code == 0
    for text in ("count_own", "own_count", "100 %", "120 inputs"):
        assert text in finished.out


def test_json_holds_the_figures(tmp_path: Path) -> None:
    """The JSON form has a format version and the accuracy on the whole domain."""
    program = write_program(tmp_path, small_hist())
    found = json.loads(tprog("analyze", str(program), "--json").out)
    assert found["format"] >= 1
    assert found["figures"]["whole"]["inputs"] == {"right": 120, "total": 120}


def test_analyze_never_loads_torch(tmp_path: Path) -> None:
    """A program is analysed without torch."""
    program = write_program(tmp_path, small_hist())
    code = (
        "import sys; from tprog.cli.main import invoke; "
        f"code = invoke(['analyze', {str(program)!r}]); "
        "sys.exit('torch' in sys.modules or code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_of_a_file_that_is_no_program_the_source_is_read(tmp_path: Path) -> None:
    """The first line says that it is no proof; heads, the reason and dead branches follow, and JSON has them all."""
    fork = tmp_path / "fork.py"
    fork.write_text(FORK)
    finished = tprog("analyze", str(fork))
    assert finished.code == 0
    assert finished.out.splitlines()[0] == FIRST_LINE
    for text in ("no Program", "line 1", "same_outputs", "cannot be taken"):
        assert text in finished.out
    found = json.loads(tprog("analyze", str(fork), "--json").out)
    assert found["proof"] is False
    assert [part["name"] for part in found["parts"] if part["kind"] == "head"] == [
        "previous_outputs",
        "same_outputs",
    ]


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    """Prose, and other files without a function, end in one line as before."""
    for name, text in (("a.md", "# A title\n\nSome prose.\n"), ("b.json", "[1, 2]"), ("c.py", ")")):
        path = tmp_path / name
        path.write_text(text)
        finished = tprog("analyze", str(path))
        assert finished.code == 1
        assert name in one_line(finished)
