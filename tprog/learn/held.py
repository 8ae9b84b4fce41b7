"""Parts of a network that a Program gives and that no gradient changes, so that the rest is learned around them (paper, section C.3).

The network has the modules of the Program. Tables of look-ups are always given: with so few modules nobody would find them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from tprog.errors import UsageError
from tprog.ir import Program
from tprog.learn.conversion import to_network
from tprog.learn.layout import NetworkLayout
from tprog.learn.network import Network

# What a part is called, and the weights that it has.
PARTS: Mapping[str, frozenset[str]] = {
    "reads": frozenset({"query", "key", "value", "gates"}),
    "predicates": frozenset({"predicate"}),
}


@dataclass(frozen=True, eq=False)
class Held:
    """What a Program gives.

    Attributes:
        layout: of its network.
        weights: by name, those that are held.
        tables: by name, what is no weight.
    """

    layout: NetworkLayout
    weights: Mapping[str, Tensor]
    tables: Mapping[str, Tensor]

    def put_into(self, network: Network) -> None:
        """Give a network of this layout what is held; its other weights stay, and alone need gradients."""
        with torch.no_grad():
            for name, table in network.named_buffers():
                if name in self.tables:
                    table.copy_(self.tables[name])
            for name, weight in network.named_parameters():
                if name in self.weights:
                    weight.copy_(self.weights[name])
                    weight.requires_grad_(False)


def hold(program: Program, parts: Iterable[str]) -> Held:
    """Return what a Program gives.

    Args:
        program: whose modules the network has.
        parts: `reads`: which variables each module reads; `predicates`: which keys each query wants; or the name of a
            head or look-up: both of this one.

    Raises:
        UsageError: there is no such part.
    """
    network = to_network(program)
    names = [operation.name for operation in program.operations]
    wanted = tuple(parts)
    for part in wanted:
        if part not in PARTS and part not in names:
            raise UsageError(
                f"the program has no part {part!r}; name some of {', '.join([*PARTS, *dict.fromkeys(names)])}"
            )

    def is_held(name: str) -> bool:
        room, number, *inner = (*name.split("."), "", "")
        if room != "groups":
            return False
        module = set(network.layout.groups[int(number)].names or ())
        return bool(module & {*wanted}) or any(
            PARTS[part] & {*inner} for part in wanted if part in PARTS
        )

    weights = {name: weight for name, weight in network.named_parameters() if is_held(name)}
    return Held(
        network.layout,
        {name: weight.detach().clone() for name, weight in weights.items()},
        dict(network.named_buffers()),
    )
