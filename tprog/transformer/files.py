"""The folder of an exported Transformer: weights, sizes and the circuit. Reading it needs neither the circuit nor the Program.

History of the format: 1, the first.
"""

import json
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.files import read_bytes, read_text, write_all
from tprog.json_values import from_json_values, json_values
from tprog.transformer.circuit import Circuit
from tprog.transformer.config import Checked, TransformerConfig
from tprog.transformer.model import Transformer
from tprog.transformer.weights import LARGEST
from tprog.visible import one_line

if TYPE_CHECKING:
    from transformer_lens import HookedTransformer

FORMAT = 1
WEIGHTS_FILE, CONFIG_FILE, CIRCUIT_FILE = "model.safetensors", "config.json", "circuit.json"


def save_transformer(
    folder: Path, network: Transformer, circuit: Circuit, checked: Checked
) -> None:
    """Write a Transformer with what its parts compute, whole or not at all.

    Raises:
        FileProblem: the disk refuses it.
    """
    config = {"transformer": json_values(network.config), "checked": json_values(checked)}
    texts = {CIRCUIT_FILE: circuit_json(circuit), CONFIG_FILE: config}
    written = {
        folder / name: (
            json.dumps({"format": FORMAT, **found}, ensure_ascii=False, indent=1) + "\n"
        ).encode()
        for name, found in texts.items()
    }
    write_all({folder / WEIGHTS_FILE: save(dict(network.state_dict())), **written})


def is_transformer(folder: Path) -> bool:
    """Tell whether a folder holds an exported Transformer."""
    return all((folder / name).is_file() for name in (CONFIG_FILE, WEIGHTS_FILE))


def load_transformer(folder: Path) -> Transformer:
    """Read a Transformer that `save_transformer` wrote, from its weights and sizes alone.

    Raises:
        FileProblem: a file cannot be read.
        UnreadableSource: it is damaged, or its weights do not fit its sizes.
    """
    text, content = read_text(folder / CONFIG_FILE), read_bytes(folder / WEIGHTS_FILE)
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError(f"it has format {found['format']!r}, this version reads {FORMAT}")
        config = from_json_values(found["transformer"], TransformerConfig)
        if config is None:
            raise ValueError(f"{CONFIG_FILE} lacks a size, or has one of another kind")
        _check_sizes(config)
        tensors = load(content)
        with torch.device("meta"):
            expected = Transformer(config).state_dict()
        for name in sorted(expected.keys() | tensors.keys()):
            shapes = [tuple(of[name].shape) if name in of else None for of in (tensors, expected)]
            if shapes[0] != shapes[1]:
                raise ValueError(f"{name} has shape {shapes[0]}, {CONFIG_FILE} says {shapes[1]}")
            if not bool(torch.isfinite(tensors[name]).all()):
                raise ValueError(f"{name} holds numbers that are not finite")
        network = Transformer(config)
        network.load_state_dict(tensors)
    except (
        *(KeyError, TypeError, ValueError, RuntimeError, RecursionError),
        *(SafetensorError, TprogError),
    ) as error:
        raise UnreadableSource(
            f"{folder} holds no Transformer that can be read ({one_line(error)}); export it again"
        ) from error
    return network


def hooked(folder: Path) -> "HookedTransformer":
    """Return an exported Transformer as a HookedTransformer of transformer_lens, with the same weights.

    Raises:
        UsageError: transformer_lens is not installed.
        FileProblem, UnreadableSource: see `load_transformer`.
    """
    with warnings.catch_warnings():
        # Version 3 says that version 4 will be another.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            from transformer_lens import HookedTransformer, HookedTransformerConfig
        except ImportError as error:
            raise UsageError(
                "transformer_lens 3 is not installed; pip install 'tprog[lens]'"
            ) from error
        network = load_transformer(folder)
        sizes = {n: x for n, x in asdict(network.config).items() if n.startswith(("n_", "d_"))}
        found = HookedTransformer(
            HookedTransformerConfig(
                **sizes,
                d_vocab=len(network.config.vocabulary),
                d_vocab_out=len(network.config.labels),
                act_fn="relu",
                normalization_type=None,
                attention_dir=network.config.attention,
                positional_embedding_type="standard",
                default_prepend_bos=False,
                device="cpu",
            )
        )
    # It has constants of its own beside the weights.
    found.load_state_dict({**found.state_dict(), **network.state_dict()})
    return found.eval()


def circuit_json(circuit: Circuit) -> dict[str, Any]:
    """Return what every dimension, head and neuron stands for, as JSON values."""

    def variables(dimensions: Iterable[int]) -> list[str]:
        return sorted({circuit.dimensions[number][0] for number in dimensions})

    return {
        "residual": [
            {"dimension": number, "variable": variable, "value": value}
            for number, (variable, value) in enumerate(circuit.dimensions)
        ],
        "blocks": [
            {
                "heads": [
                    {
                        "head": number,
                        "variable": head.variable,
                        "query": variables(n for one in head.channels for n in one.query),
                        "key": variables(n for one in head.channels for n in one.key),
                        "value": variables(n for _, read in head.values for n in read),
                        "writes": [n for n, _ in head.values],
                    }
                    for number, head in enumerate(block.heads)
                ],
                "neurons": [
                    {
                        "neuron": number,
                        "variable": neuron.variable,
                        "when": neuron.when,
                        "writes": sorted(neuron.writes),
                    }
                    for number, neuron in enumerate(block.neurons)
                ],
            }
            for block in circuit.blocks
        ],
    }


def _check_sizes(config: TransformerConfig) -> None:
    """Refuse sizes that make no sense, before any memory is taken for them."""
    sizes = (config.n_layers, config.n_heads, config.d_model, config.d_head, config.d_mlp)
    if min(sizes) < 1 or not config.labels or config.size > LARGEST:
        raise ValueError(f"{CONFIG_FILE} has a size below 1, or too large a one")
    if config.n_ctx != (config.domain.context_length or 0) + 1:
        raise ValueError(f"{config.n_ctx} positions do not fit its inputs")
    if config.vocabulary[2:] != config.domain.alphabet or len(config.vocabulary) < 3:
        raise ValueError("its vocabulary does not fit its inputs")
