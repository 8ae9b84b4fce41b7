"""Compiling before anything is timed."""

import sys
from pathlib import Path

from experiments.warm_up import STAGES, warm_up


def test_a_warm_up_leaves_nothing_behind(tmp_path: Path) -> None:
    """It trains once with and once without composition, somewhere else, and minds no failure."""
    log = tmp_path / "log"
    script = (
        f"import sys; open({str(log)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n'); sys.exit(1)"
    )
    warm_up((sys.executable, "-S", "-c", script))
    lines = log.read_text().splitlines()
    assert len(lines) == len(STAGES)
    for stages, line in zip(STAGES, lines, strict=True):
        assert line.startswith("train ")
        assert f"--stages {stages} " in line
        assert not Path(line.split("--out ")[1]).parent.exists()
