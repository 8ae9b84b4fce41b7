"""Look-ups, the paper's MLPs: their weights, the relaxed forward pass (softmax) and the exact one (argmax)."""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

from math import prod

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from tprog.learn.layout import LookupGroup, NumericalLookupGroup
from tprog.learn.relaxation import Relaxation, Stream

LARGEST = torch.iinfo(torch.int64).max


class Perceptrons(nn.Module):
    """Several small ReLU networks of one shape, side by side (paper, section 3.3).

    Attributes:
        w_in, b_in: `(networks, inputs, hidden)` and `(networks, 1, hidden)`.
        w_out, b_out: `(networks, hidden, outputs)` and `(networks, 1, outputs)`.
    """

    def __init__(self, count: int, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.w_in = nn.Parameter(torch.zeros(count, inputs, hidden))
        self.b_in = nn.Parameter(torch.zeros(count, 1, hidden))
        self.w_out = nn.Parameter(torch.zeros(count, hidden, outputs))
        self.b_out = nn.Parameter(torch.zeros(count, 1, outputs))

    def initialise(self, noise: torch.Generator) -> None:
        """Draw normal weights with the published scales; biases are 0."""
        nn.init.normal_(self.w_in, std=self.w_in.shape[2] ** -0.5, generator=noise)
        nn.init.normal_(self.w_out, std=self.w_out.shape[2] ** -0.5, generator=noise)

    def forward(self, x: Float[Tensor, "networks points inputs"]) -> Tensor:
        """Return `(networks, points, outputs)` logits."""
        hidden = torch.relu(torch.baddbmm(self.b_in, x, self.w_in))
        return torch.baddbmm(self.b_out, hidden, self.w_out)


def _initialise_gates(gates: nn.ParameterList, noise: torch.Generator) -> None:
    for gate in gates:
        nn.init.normal_(gate, std=gate.shape[1] ** -0.5, generator=noise)


def _choices(
    gates: nn.ParameterList, candidates: tuple[tuple[int, ...], ...]
) -> list[tuple[int, ...]]:
    picks = [gate.argmax(1).tolist() for gate in gates]
    chosen = [[found[pick] for pick in row] for found, row in zip(candidates, picks, strict=True)]
    return list(zip(*chosen, strict=True))


class Lookups(nn.Module):
    """The categorical look-ups of one group.

    Attributes:
        gates: for each argument `(look-ups, candidates)` gate logits.
        table: `(look-ups, rows, values)` logits, rows in row-major order of the arguments; where there is no hidden layer.
        network: the ReLU networks; where there is a hidden layer.
    """

    def __init__(self, group: LookupGroup) -> None:
        super().__init__()
        self.group = group
        self.gates = nn.ParameterList(
            torch.zeros(group.count, len(candidates)) for candidates in group.arguments
        )
        self.network: Perceptrons | None = None
        self.table: nn.Parameter | None = None
        if group.hidden:
            self.network = Perceptrons(
                group.count, sum(group.sizes), group.hidden, len(group.values)
            )
        else:
            self.table = nn.Parameter(
                torch.zeros(group.count, prod(group.sizes), len(group.values))
            )

    def initialise(self, noise: torch.Generator) -> None:
        """Draw normal weights with the published scales."""
        _initialise_gates(self.gates, noise)
        if self.network is not None:
            self.network.initialise(noise)
        if self.table is not None:
            nn.init.normal_(self.table, std=len(self.group.values) ** -0.5, generator=noise)

    def relaxed(
        self, stream: Stream, relax: Relaxation
    ) -> Float[Tensor, "lookups batch positions values"]:
        """Return the variables that the look-ups write, relaxed."""
        reads = self._reads(stream, relax)
        batch, positions = reads[0].shape[1:3]
        if self.network is not None:
            joined = torch.cat(reads, dim=-1).flatten(1, 2)
            written = relax.choose(self.network(joined))
        else:
            assert self.table is not None
            joint = reads[0].flatten(1, 2)
            for read in reads[1:]:
                joint = (joint[..., :, None] * read.flatten(1, 2)[..., None, :]).flatten(2)
            written = joint @ relax.choose(self.table)
        return written.view(self.group.count, batch, positions, -1)

    def _reads(self, stream: Stream, relax: Relaxation) -> list[Tensor]:
        candidates = self.group.arguments
        if len(set(candidates)) > 1:
            return [
                stream.read(relax.choose(gate), found)
                for gate, found in zip(self.gates, candidates, strict=True)
            ]
        read = stream.read(relax.choose(torch.cat(list(self.gates))), candidates[0])
        return list(read.view(-1, self.group.count, *read.shape[1:]))

    def choices(self) -> list[tuple[int, ...]]:
        """Return for each look-up the variables that its gates select."""
        return _choices(self.gates, self.group.arguments)

    def tables(self) -> Int[Tensor, "lookups rows"]:
        """Return for each look-up the index of the value that it writes, for every row."""
        if self.table is not None:
            return self.table.argmax(-1)
        assert self.network is not None
        sizes = self.group.sizes
        points = torch.cartesian_prod(*(torch.arange(size) for size in sizes)).view(-1, len(sizes))
        one_hot = torch.cat(
            [
                nn.functional.one_hot(points[:, argument], size)
                for argument, size in enumerate(sizes)
            ],
            dim=1,
        )
        inputs = one_hot.to(self.network.w_in).expand(self.group.count, -1, -1)
        logits: Tensor = self.network(inputs)
        return logits.argmax(-1)

    def exact(self, variables: list[Int[Tensor, "batch positions"]]) -> list[Tensor]:
        """Return the variables that the look-ups write, as indices of values."""
        tables = self.tables()
        written = []
        for number, arguments in enumerate(self.choices()):
            row = torch.zeros_like(variables[arguments[0]])
            for variable, size in zip(arguments, self.group.sizes, strict=True):
                row = row * size + variables[variable]
            written.append(tables[number][row])
        return written


class NumericalLookups(nn.Module):
    """The numerical look-ups of one group; every argument is clamped to its cap first.

    Attributes:
        gates: for each argument `(look-ups, candidates)` gate logits.
        network: the ReLU networks over the clamped integers; where there is a hidden layer.
        bounds: `(boxes, arguments, 2)` least and greatest values of boxes, the first that holds a point wins; without a
            hidden layer.
        entries: `(boxes + 1,)` index of the value of each box, and at the end the default.
    """

    caps: Tensor
    bounds: Tensor
    entries: Tensor

    def __init__(self, group: NumericalLookupGroup) -> None:
        super().__init__()
        self.group = group
        self.gates = nn.ParameterList(
            torch.zeros(group.count, len(candidates)) for candidates in group.arguments
        )
        self.network: Perceptrons | None = None
        arity = len(group.caps)
        if group.hidden:
            self.network = Perceptrons(group.count, arity, group.hidden, len(group.values))
        self.register_buffer("bounds", torch.zeros(group.boxes, arity, 2, dtype=torch.int64))
        self.register_buffer("entries", torch.zeros(group.boxes + 1, dtype=torch.int64))
        self.register_buffer(
            "caps", torch.tensor([min(cap, LARGEST) for cap in group.caps]), persistent=False
        )

    def initialise(self, noise: torch.Generator) -> None:
        """Draw normal weights with the published scales; boxes stay as they are."""
        _initialise_gates(self.gates, noise)
        if self.network is not None:
            self.network.initialise(noise)

    def relaxed(
        self, stream: Stream, relax: Relaxation
    ) -> Float[Tensor, "lookups batch positions values"]:
        """Return the variables that the look-ups write, relaxed; boxes pass no gradient."""
        group = self.group
        if len(set(group.arguments)) > 1 or self.network is None:
            reads = [
                stream.read(relax.choose(gate), candidates)
                for gate, candidates in zip(self.gates, group.arguments, strict=True)
            ]
        else:
            gates = relax.choose(torch.cat(list(self.gates)))
            read = stream.read(gates, group.arguments[0])
            reads = list(read.view(-1, group.count, *read.shape[1:]))
        point = torch.stack(reads, dim=-1)
        if self.network is None:
            entries = self._boxed(point.detach().round().to(torch.int64))
            return nn.functional.one_hot(entries, len(group.values)).to(point.dtype)
        point = torch.minimum(point, self.caps.to(point.dtype))
        written = relax.choose(self.network(point.flatten(1, 2)))
        return written.view(*point.shape[:3], -1)

    def _boxed(self, point: Int[Tensor, "*points arguments"]) -> Int[Tensor, "*points"]:
        clamped = torch.minimum(point, self.caps)[..., None, :]
        inside = ((self.bounds[..., 0] <= clamped) & (clamped <= self.bounds[..., 1])).all(-1)
        # The default stands behind all boxes and holds every point.
        always = (
            torch.ones_like(inside[..., :1])
            if self.group.boxes
            else inside.new_ones((*inside.shape[:-1], 1))
        )
        return self.entries[torch.cat([inside, always], dim=-1).int().argmax(-1)]

    def choices(self) -> list[tuple[int, ...]]:
        """Return for each look-up the variables that its gates select."""
        return _choices(self.gates, self.group.arguments)

    def tables(self) -> Int[Tensor, "lookups rows"]:
        """Return the index of the value written at every clamped point, row-major; needs a hidden layer."""
        if self.network is None:
            raise ValueError("boxes are not tabulated; read `bounds` and `entries`")
        points = torch.cartesian_prod(*(torch.arange(cap + 1) for cap in self.group.caps))
        inputs = points.view(-1, len(self.group.caps)).to(self.network.w_in)
        logits: Tensor = self.network(inputs.expand(self.group.count, -1, -1))
        return logits.argmax(-1)

    def exact(self, variables: list[Int[Tensor, "batch positions"]]) -> list[Tensor]:
        """Return the variables that the look-ups write, as indices of values."""
        if self.network is None:
            return [
                self._boxed(torch.stack([variables[variable] for variable in arguments], dim=-1))
                for arguments in self.choices()
            ]
        tables = self.tables()
        written = []
        for number, arguments in enumerate(self.choices()):
            row = torch.zeros_like(variables[arguments[0]])
            for variable, cap in zip(arguments, self.group.caps, strict=True):
                row = row * (cap + 1) + variables[variable].clamp(max=cap)
            written.append(tables[number][row])
        return written
