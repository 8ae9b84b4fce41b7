"""The state of a search in a file."""

from pathlib import Path

import numpy as np
import pytest

from tprog.errors import FileProblem, UnreadableSource
from tprog.learn.layout import NetworkSizes
from tprog.learn.search.checkpoint import SearchState, read_state, write_state
from tprog.learn.search.climb import Climb
from tprog.learn.search.random_program import random_program
from tprog.learn.search.search import split_examples
from tprog.learn.settings import SearchSettings
from tprog.tasks import get_task, make_dataset

DATASET = make_dataset(get_task("hist:vocabulary=6,length=6"), 0)
PROGRAM = random_program(DATASET.task, NetworkSizes(1, 1, 2, 1, 1), 0)


def state() -> SearchState:
    """Return the state of a search with two starts before its first round, and of the second after one."""
    settings = SearchSettings(rounds=2, proposals=50)
    climbs = [Climb(PROGRAM, *split_examples(DATASET), settings, seed) for seed in (0, 1)]
    climbs[1].step()
    return SearchState(1, [1], False, {n: climb.state() for n, climb in enumerate(climbs)})


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every number comes back, with its type; a loss that is not known yet too."""
    written = state()
    write_state(tmp_path / "state", "mine", written)
    found = read_state(tmp_path / "state", "mine")
    assert (found.round, found.alive, found.perfect) == (1, [1], False)
    assert found.climbs.keys() == written.climbs.keys()
    for number, climb in found.climbs.items():
        old = written.climbs[number]
        assert climb.round == old.round
        assert climb.loss == pytest.approx(old.loss, abs=0, nan_ok=True)
        for new, kept in ((climb.now, old.now), (climb.best, old.best)):
            assert new.rank == kept.rank
            for one, two in ((new.slots, kept.slots), (new.votes, kept.votes)):
                for array, other in zip(one, two, strict=True):
                    assert np.asarray(array).dtype == np.asarray(other).dtype
                    np.testing.assert_array_equal(array, other)


def test_damage_is_refused_in_one_line(tmp_path: Path) -> None:
    """A file that is cut, changed in one byte, another search's or no checkpoint at all is refused by its name."""
    path = tmp_path / "state"
    with pytest.raises(FileProblem, match="state"):
        read_state(path, "mine")
    write_state(path, "mine", state())
    with pytest.raises(UnreadableSource, match=r"another search.*--fresh"):
        read_state(path, "yours")
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    damaged = [whole[: int(cut)] for cut in random.integers(0, len(whole), 100)]
    for place in random.integers(0, len(whole), 200):
        damaged.append(whole[:place] + bytes([whole[place] ^ 64]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(UnreadableSource) as caught:
            read_state(path, "mine")
        assert "\n" not in str(caught.value)
