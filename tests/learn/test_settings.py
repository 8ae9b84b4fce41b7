"""What a training is asked for."""

import pytest

from tprog.errors import TprogError, UsageError
from tprog.learn.settings import (
    CompositionSettings,
    Diverged,
    RunProblem,
    SearchSettings,
    TrainSettings,
    WarmStartSettings,
)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "epochs is 0; the least is 1"),
        ({"batch": 0}, "batch is 0"),
        ({"rate": 0.0}, "rate is 0.0; give a number above 0"),
        ({"engine": "fast"}, "choose 'torch', 'batched' or 'fused'"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"last_temperature": float("inf")}, "last_temperature is inf"),
    ],
)
def test_warm_starts_refuse_what_is_out_of_range(wrong: dict[str, object], message: str) -> None:
    """A setting outside its range is refused with its name and range."""
    with pytest.raises(UsageError, match=message):
        WarmStartSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"restarts": 0}, "restarts is 0; the least is 1"),
        ({"seed": -1}, "seed is -1; the least is 0"),
        ({"workers": 0}, "workers is 0"),
        ({"keep": 0}, "keep is 0"),
        ({"search_rounds": -1}, "search_rounds is -1"),
        ({"drop_after": 1.5}, "share from 0 to 1"),
        ({"seconds": 0.0}, "seconds is 0.0; give a number above 0"),
        ({"seconds": float("nan")}, "seconds is nan"),
        ({"stop_epochs": (1, 2, 3)}, "for each of 4 warm starts"),
        ({"stop_epochs": (1, 2, 3, -1)}, "from 0 up"),
    ],
)
def test_trainings_refuse_what_is_out_of_range(wrong: dict[str, float], message: str) -> None:
    """A setting outside its range is refused with its name and range."""
    with pytest.raises(UsageError, match=message):
        TrainSettings(**wrong)  # type: ignore[arg-type]


def test_errors_have_slugs_of_their_own() -> None:
    """Divergence and run folders are told apart by their slugs."""
    assert issubclass(Diverged, TprogError)
    assert (Diverged.slug, RunProblem.slug) == ("diverged", "run-folder")


@pytest.mark.parametrize(
    ("name", "value"), [("rounds", 0), ("threads", 0), ("temperature", -0.1), ("l2", float("inf"))]
)
def test_searches_refuse_what_is_out_of_range(name: str, value: float) -> None:
    """A setting outside its range is named in the message."""
    with pytest.raises(UsageError, match=name):
        SearchSettings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["stages", "seed"])
def test_compositions_refuse_negative_numbers(name: str) -> None:
    """A setting below its range is named."""
    with pytest.raises(UsageError, match=f"{name} is -1"):
        CompositionSettings(**{name: -1})  # type: ignore[arg-type]
