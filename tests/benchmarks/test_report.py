"""How long a report takes and how large it is, for every program of the gallery."""

from pathlib import Path
from time import perf_counter

import pytest
from terminal import tprog

from tprog.locate import gallery_names

SECONDS, BYTES = 10.0, 5_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", gallery_names())
def test_a_gallery_report_is_quick_and_small(name: str, tmp_path: Path) -> None:
    """The report of a gallery program is written in under ten seconds and is under five megabytes."""
    path = tmp_path / f"{name}.html"
    began = perf_counter()
    assert tprog("report", name, "-o", str(path)).code == 0
    seconds, size = perf_counter() - began, path.stat().st_size
    print(f"report of {name}: {seconds:.1f} s, {size / 1000:,.0f} kB")
    assert seconds < SECONDS
    assert size < BYTES
