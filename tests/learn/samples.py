"""Small learned-shape networks and labelled inputs for the tests of this room."""

import torch

from tprog.evaluate.inputs import Batch, all_inputs
from tprog.ir import Domain
from tprog.learn.build import NetworkSizes, network_layout
from tprog.learn.network import Network

DOMAIN = Domain(("a", "b", "c"), 4, suffix="</s>")
LABELS = ("x", "y", "z")


def small_network(seed: int, sizes: NetworkSizes | None = None, *, pooled: bool = False) -> Network:
    """Return a random network over `DOMAIN` with rounded votes."""
    layout = network_layout(DOMAIN, LABELS, sizes or NetworkSizes(layers=2), pooled=pooled)
    network = Network(layout).initialise(seed)
    with torch.no_grad():
        network.votes.copy_((network.votes * 100).round())
    return network


def inputs() -> list[Batch]:
    """Return every input of `DOMAIN`."""
    return list(all_inputs(DOMAIN))
