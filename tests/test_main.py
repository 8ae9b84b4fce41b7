"""`python -m tprog`."""

import subprocess
import sys


def test_the_module_is_the_command() -> None:
    """`python -m tprog tasks` lists the tasks."""
    done = subprocess.run(
        [sys.executable, "-m", "tprog", "tasks"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "double_hist" in done.stdout
