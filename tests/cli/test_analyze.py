"""`tprog analyze`."""

import json
import subprocess
import sys
from pathlib import Path

from terminal import small_hist, tprog, write_program


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
