"""The run folder of a standard Transformer."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.samples import TASK
from learn.samples import small_network as program_network
from learn.standard.samples import small_network

from tprog.errors import UnreadableSource
from tprog.learn.standard.files import load_standard, save_standard
from tprog.learn.weights import load_network, save_network


@given(seed=st.integers(0, 2**31))
def test_a_network_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """The same shape and the same predictions come back."""
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    network = small_network(seed=seed)
    save_standard(path, network)
    loaded = load_standard(path)
    assert loaded.layout == network.layout
    for batch in TASK.inputs(up_to=3):
        np.testing.assert_array_equal(loaded.predict(batch), network.predict(batch))


def test_one_kind_of_network_is_not_taken_for_the_other(tmp_path: Path) -> None:
    """A program's network is no standard Transformer, and the other way round; both say so."""
    save_network(tmp_path / "program", program_network(0))
    save_standard(tmp_path / "standard", small_network())
    with pytest.raises(UnreadableSource, match="no standard Transformer"):
        load_standard(tmp_path / "program")
    with pytest.raises(UnreadableSource, match="no network"):
        load_network(tmp_path / "standard")


@given(cut=st.integers(0, 400), value=st.integers(0, 255))
def test_a_damaged_file_is_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, cut: int, value: int
) -> None:
    """Any byte of the header may be wrong: what cannot be read says so, and nothing else is raised."""
    path = tmp_path_factory.mktemp("damaged") / "weights.safetensors"
    save_standard(path, small_network())
    content = bytearray(path.read_bytes())
    content[cut] = value
    path.write_bytes(bytes(content))
    refusal = ""
    try:
        load_standard(path)
    except UnreadableSource as error:
        refusal = str(error)
    assert "\n" not in refusal
