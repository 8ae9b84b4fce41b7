"""Tests of what a pass is."""

from tprog.analysis.simplify.pipeline import CHECKED, SOUND


def test_every_pass_has_its_own_name() -> None:
    """Reports tell passes apart by name."""
    names = [*(found.name for found in SOUND), *(found.name for found in CHECKED)]
    assert len(set(names)) == len(names)
