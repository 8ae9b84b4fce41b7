"""From a circuit to the weights of a Transformer."""

from dataclasses import replace
from math import floor, log2

import torch
from torch import Tensor

from tprog.evaluate.prepared import needed_variables
from tprog.ir import Head, Program
from tprog.transformer.build import Builder
from tprog.transformer.circuit import BOS, PAD, Block, Circuit, Vector
from tprog.transformer.config import TransformerConfig
from tprog.transformer.model import Transformer
from tprog.transformer.survey import NoTransformer

INVERSE_TEMPERATURE = 32.0  # from here on float32 does not see what a second-best key weighs
LARGEST = 50_000_000  # weights


def to_transformer(
    program: Program, inverse_temperature: float = INVERSE_TEMPERATURE
) -> tuple[Transformer, Circuit]:
    """Return the Transformer of a valid Program, and what its parts compute.

    Args:
        program: with a greatest length.
        inverse_temperature: a factor in the query weights, above 0: by so much at least do scores that differ.

    Raises:
        NoTransformer: no Transformer of finite size computes it, or only one that is too large.
    """
    variables = (program.variables[number] for number in needed_variables(program))
    masked = all(variable.causal for variable in variables if isinstance(variable, Head))
    circuit = Builder(program, masked).circuit
    network = Transformer(_config(program, circuit, masked, inverse_temperature))
    # These share their memory with the network.
    weights = network.state_dict()
    embed, positions = weights["embed.W_E"], weights["pos_embed.W_pos"]
    embed[0, BOS] = embed[1, PAD] = 1.0
    for row, vector in zip(embed[2:], circuit.tokens, strict=True):
        _fill(row, vector)
    for row, vector in zip(positions[1:], circuit.positions, strict=True):
        _fill(row, vector)
    for number, block in enumerate(circuit.blocks):
        _fill_block(f"blocks.{number}.", weights, block, network.config)
    for n, (_, votes) in enumerate(circuit.labels):
        _fill(weights["unembed.W_U"][:, n], votes)
    # Sums are integers, or integers divided by the length; of equal ones the first label is to win.
    unit, labels = 1 / network.config.n_ctx if network.config.pooled else 1, len(circuit.labels)
    step = 2.0 ** floor(log2(unit / (2 * labels)))
    weights["unembed.b_U"] -= step * torch.arange(labels)
    return network, circuit


def at(network: Transformer, inverse_temperature: float) -> Transformer:
    """Return the same network at another inverse temperature."""
    found = Transformer(replace(network.config, inverse_temperature=inverse_temperature))
    found.load_state_dict(network.state_dict())
    for name, weight in found.state_dict().items():
        if name.endswith("_Q"):
            weight *= inverse_temperature / network.config.inverse_temperature
    return found


def _fill_block(
    prefix: str, weights: dict[str, Tensor], block: Block, config: TransformerConfig
) -> None:
    query, key, value, output, bias = (
        weights[f"{prefix}attn.{name}"] for name in ("W_Q", "W_K", "W_V", "W_O", "b_Q")
    )
    # Every attention divides by the root of `d_head`.
    scale = config.inverse_temperature * config.d_head**0.5
    for n, head in enumerate(block.heads):
        for inner, channel in enumerate(head.channels):
            _fill(query[n, :, inner], channel.query, scale)
            _fill(key[n, :, inner], channel.key)
            bias[n, inner] = scale * channel.query_bias
        for inner, (dimension, read) in enumerate(head.values):
            _fill(value[n, :, inner], read)
            output[n, inner, dimension] = 1.0
    for n, neuron in enumerate(block.neurons):
        _fill(weights[f"{prefix}mlp.W_in"][:, n], neuron.reads)
        weights[f"{prefix}mlp.b_in"][n] = neuron.bias
        _fill(weights[f"{prefix}mlp.W_out"][n], neuron.writes)
    _fill(weights[f"{prefix}mlp.b_out"], block.bias)


def _config(
    program: Program, circuit: Circuit, masked: bool, inverse_temperature: float
) -> TransformerConfig:
    blocks = circuit.blocks
    heads = [head for block in blocks for head in block.heads]
    alphabet, own = program.domain.alphabet, ("<bos>", "<pad>")
    while {*own} & {*alphabet}:
        own = (f"<{own[0]}>", f"<{own[1]}>")
    config = TransformerConfig(
        n_layers=max(1, len(blocks)),
        n_heads=max([1, *(len(block.heads) for block in blocks)]),
        d_model=len(circuit.dimensions),
        d_head=max([1, *(max(len(head.channels), len(head.values)) for head in heads)]),
        d_mlp=max([1, *(len(block.neurons) for block in blocks)]),
        n_ctx=len(circuit.positions) + 1,
        attention="causal" if masked else "bidirectional",
        inverse_temperature=inverse_temperature,
        vocabulary=(*own, *alphabet),
        labels=tuple(label for label, _ in circuit.labels),
        pooled=program.classifier.pooled,
        domain=program.domain,
    )
    if config.size > LARGEST:
        raise NoTransformer(
            f"it would have {config.size:,} weights, more than {LARGEST:,}; simplify the program first"
        )
    return config


def _fill(row: Tensor, vector: Vector, scale: float = 1.0) -> None:
    for dimension, weight in vector.items():
        row[dimension] = scale * weight
