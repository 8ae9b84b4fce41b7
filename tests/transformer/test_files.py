"""The folder of an exported Transformer."""

import json
from pathlib import Path
from typing import cast

import pytest
import torch
from example_programs import reverse_program
from safetensors.torch import load_file, save_file

from tprog.analysis.exporting import export_transformer
from tprog.errors import FileProblem, UnreadableSource, UsageError
from tprog.evaluate import Batch, all_inputs
from tprog.ir import Program
from tprog.transformer.files import hooked, load_transformer

try:
    import transformer_lens  # noqa: F401 - whether it is there

    LENS = True
except ImportError:
    LENS = False


@pytest.fixture(name="folder")
def exported(tmp_path: Path) -> Path:
    """Export a small `reverse`."""
    export_transformer(reverse_program(("a", "b"), 3), tmp_path / "out")
    return tmp_path / "out"


def some_inputs(program: Program) -> Batch:
    """Return inputs of the greatest length."""
    return list(all_inputs(program.domain))[-1]


def test_a_transformer_is_read_from_weights_and_sizes_alone(folder: Path) -> None:
    """Without the circuit the predictions are the same."""
    (folder / "circuit.json").unlink()
    program = reverse_program(("a", "b"), 3)
    batch = some_inputs(program)
    found = load_transformer(folder)
    labels = [found.config.labels[n] for n in found.predict(batch)[1].tolist()]
    data = batch.data(1, program.domain)
    assert tuple(labels[1:-1]) == tuple(reversed(data))


def test_the_circuit_names_every_part(folder: Path) -> None:
    """Every dimension has a variable and a value, every head and neuron a variable; sizes are those of the weights."""
    circuit = json.loads((folder / "circuit.json").read_text())
    config = json.loads((folder / "config.json").read_text())["transformer"]
    assert len(circuit["residual"]) == config["d_model"]
    assert len(circuit["blocks"]) == config["n_layers"]
    variables = {one["variable"] for one in circuit["residual"]}
    assert {"tokens", "positions", "end", "mirror", "mirrored_token"} <= variables
    heads = [head for block in circuit["blocks"] for head in block["heads"]]
    last = heads[-1]
    assert (last["variable"], last["value"]) == ("mirrored_token", ["tokens"])
    assert {circuit["residual"][n]["variable"] for n in last["writes"]} == {"mirrored_token"}
    neuron = circuit["blocks"][0]["neurons"][0]
    assert (neuron["variable"], sorted(neuron["when"])) == ("mirror", ["end", "positions"])


def test_what_is_checked_is_stored(folder: Path) -> None:
    """The inputs, the least inverse temperature, below the stored one, and a margin above 0."""
    found = json.loads((folder / "config.json").read_text())
    assert "every one of 14 inputs" in found["checked"]["agrees_on"]
    least = found["checked"]["least_inverse_temperature"]
    assert 0 < least < found["transformer"]["inverse_temperature"]
    assert found["checked"]["margin"] > 0


def test_damaged_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    """Missing files, weights of another shape, and sizes that are none say so in a line."""
    with pytest.raises(FileProblem, match=r"config\.json"):
        load_transformer(tmp_path)
    weights, config = folder / "model.safetensors", folder / "config.json"
    whole, text = load_file(weights), config.read_text()
    save_file({**whole, "embed.W_E": torch.zeros(2, 2)}, weights)
    with pytest.raises(UnreadableSource, match=r"embed\.W_E has shape \(2, 2\)"):
        load_transformer(folder)
    save_file({**whole, "unembed.b_U": whole["unembed.b_U"] * float("nan")}, weights)
    with pytest.raises(UnreadableSource, match="not finite"):
        load_transformer(folder)
    save_file({name: one for name, one in whole.items() if name != "unembed.b_U"}, weights)
    with pytest.raises(UnreadableSource, match=r"unembed\.b_U has shape None"):
        load_transformer(folder)
    weights.write_bytes(b"no weights")
    with pytest.raises(UnreadableSource):
        load_transformer(folder)
    save_file(whole, weights)
    for wrong in (
        text.replace('"format": 1', '"format": 9'),
        text.replace('"n_ctx": ', '"n_ctx": 1'),
        text.replace('"d_model": ', '"d_model": -'),
        text.replace('"d_mlp": ', '"d_mlp": 9999999999'),
        text.replace('"domain"', '"range"'),
        "[",
        "[]",
    ):
        config.write_text(wrong)
        with pytest.raises(UnreadableSource):
            load_transformer(folder)


@pytest.mark.skipif(LENS, reason="transformer_lens is installed")
def test_without_transformer_lens_one_line_says_how_to_get_it(folder: Path) -> None:
    """The extra is named."""
    with pytest.raises(UsageError, match=r"tprog\[lens\]"):
        hooked(folder)


@pytest.mark.slow
@pytest.mark.skipif(not LENS, reason="TRANSFORMER_LENS IS MISSING: pip install 'tprog[lens]'")
def test_transformer_lens_has_the_same_logits_and_its_hooks(folder: Path) -> None:
    """The logits are the same, and a pattern is read by its name: a head that reverses looks along the other diagonal."""
    network = load_transformer(folder)
    tokens = network.tokens(some_inputs(reverse_program(("a", "b"), 3)))
    logits, cache = hooked(folder).run_with_cache(tokens)
    assert torch.allclose(cast(torch.Tensor, logits), network(tokens), atol=1e-4)
    circuit = json.loads((folder / "circuit.json").read_text())
    places = [
        (layer, number)
        for layer, block in enumerate(circuit["blocks"])
        for number, head in enumerate(block["heads"])
        if head["variable"] == "mirrored_token"
    ]
    ((layer, number),) = places
    pattern = cache[f"blocks.{layer}.attn.hook_pattern"][0, number]
    # The own first token, then `<s>`, three symbols and `</s>`.
    assert pattern.argmax(-1)[2:5].tolist() == [4, 3, 2]
