"""Shared test settings: strategies are importable, Hypothesis runs the same examples everywhere, shapes are checked."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / "artifacts")]

settings.register_profile(
    "tprog",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("tprog")

# Shapes that stand in annotations are checked at every call while tests run.
SHAPED = ("gradient", "heads", "lookups", "network", "relaxation", "standard.model")
install_import_hook([f"tprog.learn.{name}" for name in SHAPED], "beartype.beartype")
