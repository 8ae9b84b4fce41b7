"""Networks in files."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from learn.samples import inputs, small_network
from safetensors.torch import save
from strategies import programs

from tprog.errors import FileProblem, TprogError, UnreadableSource
from tprog.ir import Program
from tprog.learn.conversion import to_network
from tprog.learn.layout import NetworkLayout, NetworkSizes
from tprog.learn.weights import (
    decode,
    encode,
    load_network,
    read_tensors,
    save_network,
    write_tensors,
)


@given(programs())
def test_a_layout_survives_the_way_through_json(program: Program) -> None:
    """Decoding what was encoded gives an equal layout."""
    layout = to_network(program).layout
    assert decode(encode(layout), NetworkLayout) == layout


@given(programs())
@settings(max_examples=scaled(20))
def test_a_network_survives_the_way_through_a_file(program: Program) -> None:
    """A loaded network has the layout and the weights, to the bit, of the one that was saved."""
    network = to_network(program)
    with TemporaryDirectory() as folder:
        path = Path(folder, "weights.safetensors")
        save_network(path, network)
        loaded = load_network(path)
    assert loaded.layout == network.layout
    assert loaded.votes.dtype == network.votes.dtype
    for name, weight in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight)


def test_a_loaded_network_predicts_the_same(tmp_path: Path) -> None:
    """A learned shape with embeddings and ReLU look-ups predicts after loading what it did before."""
    network = small_network(0, NetworkSizes(layers=1, embeddings=1, rows="set"))
    save_network(tmp_path / "w", network)
    loaded = load_network(tmp_path / "w")
    for batch in inputs():
        np.testing.assert_array_equal(loaded.predict(batch), network.predict(batch))


def test_a_missing_file_is_a_file_problem(tmp_path: Path) -> None:
    """A path without a file is named in one line."""
    with pytest.raises(FileProblem, match="cannot read"):
        load_network(tmp_path / "nothing")


@pytest.mark.parametrize("kept", [0, 4, 8, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: float) -> None:
    """A file that ends early is refused in one line, wherever it ends."""
    path = tmp_path / "w"
    save_network(path, small_network(0))
    content = path.read_bytes()
    path.write_bytes(content[: int(kept if kept >= 1 or kept == 0 else kept * len(content))])
    with pytest.raises(UnreadableSource, match="is no") as found:
        load_network(path)
    assert "\n" not in str(found.value)


@given(st.data())
@settings(max_examples=scaled(150))
def test_a_damaged_file_is_refused_or_harmless(data: st.DataObject) -> None:
    """Whatever bytes change, loading gives a network or one of our errors, never another exception."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "w")
        save_network(path, small_network(0, NetworkSizes(layers=1)))
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            # The layout stands at the beginning, and is where damage is dangerous.
            place = data.draw(st.integers(0, 6000))
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(bytes(content))
        with suppress(TprogError):
            load_network(path).predict(inputs()[0])


def test_files_of_other_programs_are_refused(tmp_path: Path) -> None:
    """Safetensors without our metadata, and a pickle, are no networks."""
    path = tmp_path / "w"
    path.write_bytes(save({"a": torch.zeros(2)}))
    with pytest.raises(UnreadableSource):
        load_network(path)
    torch.save({"a": torch.zeros(2)}, path)
    with pytest.raises(UnreadableSource):
        load_network(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A file of a later format says so."""
    write_tensors(tmp_path / "w", {"a": torch.zeros(1)}, {"format": 2})
    with pytest.raises(UnreadableSource, match="format 2"):
        read_tensors(tmp_path / "w")


def test_weights_that_do_not_fit_their_layout_are_refused(tmp_path: Path) -> None:
    """Shapes are checked against the layout before a network is made."""
    network = small_network(0)
    tensors = dict(network.state_dict())
    tensors["votes"] = tensors["votes"][:-1]
    write_tensors(tmp_path / "w", tensors, {"layout": encode(network.layout)})
    with pytest.raises(UnreadableSource, match="votes does not fit"):
        load_network(tmp_path / "w")
    tensors = dict(network.state_dict())
    tensors["votes"] = torch.full_like(tensors["votes"], torch.nan)
    write_tensors(tmp_path / "w", tensors, {"layout": encode(network.layout)})
    with pytest.raises(UnreadableSource, match="not finite"):
        load_network(tmp_path / "w")
