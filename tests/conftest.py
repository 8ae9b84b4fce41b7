"""Shared test settings: strategies are importable, Hypothesis runs the same examples everywhere, shapes are checked."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / "artifacts")]

# `make test` tries few examples of each property, `make slow` many; effort.py scales a test's own count.
for name, count in (("quick", 20), ("thorough", 120)):
    settings.register_profile(
        name,
        deadline=None,
        derandomize=True,
        max_examples=count,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
settings.load_profile("quick")

# Shapes that stand in annotations are checked at every call while tests run.
SHAPED = ("gradient", "heads", "lookups", "network", "relaxation", "standard.model")
install_import_hook([f"tprog.learn.{name}" for name in SHAPED], "beartype.beartype")
