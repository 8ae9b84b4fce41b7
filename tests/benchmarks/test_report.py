"""How long a report takes and how large it is, for every program of the gallery."""

import os
from pathlib import Path

import pytest
from terminal import tprog

from tprog.locate import gallery_names

SECONDS, BYTES = 10.0, 5_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", gallery_names())
def test_a_gallery_report_is_quick_and_small(name: str, tmp_path: Path) -> None:
    """The report of a gallery program takes under ten seconds of one processor and is under five megabytes."""
    path = tmp_path / f"{name}.html"
    # The layout engine is a process of its own; waiting for other people's work is not ours.
    began = sum(os.times()[:4])
    assert tprog("report", name, "-o", str(path)).code == 0
    seconds, size = sum(os.times()[:4]) - began, path.stat().st_size
    print(f"report of {name}: {seconds:.1f} s, {size / 1000:,.0f} kB")
    assert seconds < SECONDS
    assert size < BYTES
