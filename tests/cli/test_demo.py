"""`tprog demo`."""

from pathlib import Path

import pytest
from terminal import tprog


@pytest.mark.slow
def test_the_demo_ends_with_what_to_look_at(tmp_path: Path) -> None:
    """The demo learns sort, shows it, draws it and says what to try next."""
    folder = tmp_path / "demo"
    finished = tprog("demo", "--out", str(folder))
    assert finished.code == 0, finished.err
    for name in ("program.py", "program.svg", "program.png"):
        assert (folder / name).stat().st_size > 1000
    assert f"python3 {folder / 'program.py'} 3 1 2" in finished.out
