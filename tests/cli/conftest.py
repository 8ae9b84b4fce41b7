"""What every test of the command line shares."""

import pytest


@pytest.fixture(autouse=True)
def short_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings look for a shorter program for a tenth of the usual second; `tests/analysis` tests what they find."""
    monkeypatch.setattr("tprog.analysis.training.LOOK_SECONDS", 0.1)
