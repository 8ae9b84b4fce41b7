"""Networks of few modules, random batches, and the comparison of the fused gradient with automatic differentiation."""

import copy
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor

from tprog.ir import Domain, FiniteValues, Input, Ones, Positions, Tokens, WordTable
from tprog.learn.fused.step import FusedStep
from tprog.learn.layout import (
    NUMERICAL,
    Group,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
    NumericalLookupGroup,
)
from tprog.learn.network import Network
from tprog.learn.relaxation import Relaxation, Stream
from tprog.learn.warm_start import mean_loss

DOMAIN = Domain(("a", "b", "c"), 4, suffix="</s>")
SIZE = 6
"""Values of every categorical variable: the greatest framed length."""
TOLERANCE = 1e-5

Batch = tuple[Tensor, Tensor, Tensor]


def layout(
    *groups: Group,
    pooled: bool = False,
    masked: tuple[int, ...] = (),
    embeddings: int = 0,
    domain: Domain = DOMAIN,
) -> NetworkLayout:
    """Return a layout over tokens (0), positions (1), ones (2) and embeddings (3, 4, …) with three labels."""
    values = FiniteValues(tuple(range(SIZE)))
    blank = (0,) * len(domain.alphabet)
    words = [WordTable(values, blank, f"word_{number}") for number in range(embeddings)]
    inputs: tuple[Input, ...] = (Tokens(), Positions(), Ones(), *words)
    sizes = (SIZE, SIZE, NUMERICAL, *[SIZE] * embeddings)
    return NetworkLayout(
        domain, inputs, sizes, groups, ("x", "y", "z"), masked=masked, pooled=pooled
    )


def heads(
    count: int = 2,
    *,
    numerical: bool = False,
    categorical: tuple[int, ...] = (0, 1),
    value: tuple[int, ...] | None = None,
) -> HeadGroup:
    """Return heads of the first layer; change them with `replace`."""
    default = (2,) if numerical else categorical
    return HeadGroup(
        count=count,
        numerical=numerical,
        query=categorical,
        key=categorical,
        value=default if value is None else value,
        query_size=SIZE,
        key_size=SIZE,
        rows="one",
        tie="nearest",
        causal=(False,) * count,
        layer=0,
        names=("",) * count,
    )


def lookups(count: int = 2, *, hidden: int = 5, arity: int = 2, outputs: int = SIZE) -> LookupGroup:
    """Return look-ups of tokens and positions."""
    values = FiniteValues(tuple(range(outputs)))
    return LookupGroup(count, ((0, 1),) * arity, (SIZE,) * arity, values, hidden, 0, ("",) * count)


def numerical_lookups(
    count: int = 2,
    *,
    hidden: int = 5,
    boxes: int = 0,
    caps: tuple[int, ...] = (2, 3),
    numerical: tuple[int, ...] = (2, 3, 4),
) -> NumericalLookupGroup:
    """Return look-ups of ones and of the variables of two numerical heads."""
    values = FiniteValues(tuple(range(SIZE)))
    candidates = (numerical,) * len(caps)
    return NumericalLookupGroup(count, candidates, caps, values, hidden, boxes, 0, ("",) * count)


def network(made: NetworkLayout, seed: int = 0) -> Network:
    """Return a random network."""
    return Network(made).initialise(seed)


def random_batch(found: Network, count: int = 19, seed: int = 0) -> Batch:
    """Return random tokens, where they are valid, and labels, some of them not scored; sequences of several lengths."""
    noise = torch.Generator().manual_seed(seed)
    made, positions = found.layout, found.layout.positions
    tokens = torch.randint(0, len(made.domain.alphabet), (count, positions), generator=noise)
    lengths = torch.randint(1, positions + 1, (count, 1), generator=noise)
    valid = torch.arange(positions) < lengths
    scored = 1 if made.pooled else positions
    labels = torch.randint(-1, len(made.labels), (count, scored), generator=noise)
    for label in made.masked:
        labels[labels == label] = -1
    return tokens, valid, labels if made.pooled else labels.masked_fill(~valid, -1)


def autograd(
    found: Network, batch: Batch, temperature: float, precise: bool = True
) -> tuple[float, dict[str, Tensor]]:
    """Return the loss and its gradient by automatic differentiation, in float64 where `precise`."""
    kind = torch.float64 if precise else torch.float32
    copied = copy.deepcopy(found).to(kind)
    append = Stream.append

    def convert(stream: Stream, block: Tensor) -> None:
        # One-hot inputs are float32 whatever the weights are.
        append(stream, block.to(kind))

    tokens, valid, labels = batch
    with patch.object(Stream, "append", convert):
        loss = mean_loss(copied.relaxed(tokens, valid, Relaxation(temperature)), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach()), {
        name: torch.zeros_like(weight) if weight.grad is None else weight.grad
        for name, weight in copied.named_parameters()
    }


def family(found: Network, name: str) -> str:
    """Return what a weight has in common with those of other layers."""
    parts = name.split(".")
    if parts[0] != "groups":
        return parts[0]
    group = found.layout.groups[int(parts[1])]
    numerical = "numerical " if isinstance(group, HeadGroup) and group.numerical else ""
    return f"{numerical}{type(group).__name__} {'.'.join(parts[2:])}"


def errors(
    found: Network, batch: Batch, temperature: float = 1.0
) -> dict[str, tuple[float, float]]:
    """Return for each family of weights the relative errors of the fused gradient and of float32 autograd.

    Both are measured against autograd in float64. A family without any gradient has errors relative to 1.
    """
    tokens, valid, labels = batch
    loss, gradient = FusedStep(found).loss_and_gradients(
        tokens, valid, labels, temperature=temperature, seed=0, noise=False
    )
    true_loss, truth = autograd(found, batch, temperature)
    np.testing.assert_allclose(loss, true_loss, rtol=TOLERANCE)
    _, rough = autograd(found, batch, temperature, precise=False)
    names: dict[str, list[str]] = {}
    for name in truth:
        names.setdefault(family(found, name), []).append(name)
    return {
        kind: (_distance(gradient, truth, members), _distance(rough, truth, members))
        for kind, members in names.items()
    }


def _distance(found: dict[str, Tensor], truth: dict[str, Tensor], names: list[str]) -> float:
    wrong = sum(float((found[name] - truth[name]).square().sum()) for name in names)
    whole = sum(float(truth[name].square().sum()) for name in names)
    return float((wrong / whole) ** 0.5) if whole > 1e-24 else float(wrong**0.5)


def check_gradient(found: Network, batch: Batch | None = None, temperature: float = 1.0) -> None:
    """Assert that the fused gradient is autograd's, to 1e-5 or as well as float32 autograd is."""
    measured = errors(found, random_batch(found) if batch is None else batch, temperature)
    for kind, (fused, rough) in measured.items():
        assert fused <= max(TOLERANCE, 3 * rough), f"{kind}: {fused:.2g} (float32: {rough:.2g})"


def causal(group: HeadGroup, *flags: bool) -> HeadGroup:
    """Return heads of which some see no later position."""
    return replace(group, causal=flags)
