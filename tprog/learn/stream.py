"""The variables of a relaxed forward pass. Owns how they are laid out in memory; refuses to compute any of them.

Variables of one group lie side by side, variable first, so that a gate's read over all candidates is one matrix product.
"""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

import torch
from jaxtyping import Bool, Float
from torch import Tensor


class Stream:
    """Everything computed so far in one relaxed pass over padded sequences.

    Attributes:
        valid: which positions hold a token; the others are padding.
    """

    def __init__(self, valid: Bool[Tensor, "batch positions"]) -> None:
        self.valid = valid
        self.blocks: list[Tensor] = []
        self._places: list[tuple[int, int]] = []
        self._gathered: dict[tuple[int, ...], Tensor] = {}
        self._allowed: dict[tuple[bool, ...], Tensor] = {}

    def append(self, block: Float[Tensor, "count batch positions *values"]) -> None:
        """Add the variables of a group; a numerical block has no last axis."""
        self._places += [(len(self.blocks), row) for row in range(block.shape[0])]
        self.blocks.append(block)

    def gather(self, variables: tuple[int, ...]) -> Float[Tensor, "count batch positions *values"]:
        """Return some variables of one size, stacked."""
        found = self._gathered.get(variables)
        if found is None:
            parts = []
            start = 0
            while start < len(variables):
                block, row = self._places[variables[start]]
                stop = start + 1
                while stop < len(variables) and self._places[variables[stop]] == (
                    block,
                    row + stop - start,
                ):
                    stop += 1
                parts.append(self.blocks[block][row : row + stop - start])
                start = stop
            found = parts[0] if len(parts) == 1 else torch.cat(parts)
            self._gathered[variables] = found
        return found

    def read(
        self, gates: Float[Tensor, "reads candidates"], candidates: tuple[int, ...]
    ) -> Float[Tensor, "reads batch positions *values"]:
        """Return the mixture of candidates that each gate selects."""
        stacked = self.gather(candidates)
        mixed = gates @ stacked.reshape(stacked.shape[0], -1)
        return mixed.view(gates.shape[0], *stacked.shape[1:])

    def allowed(self, causal: tuple[bool, ...]) -> Bool[Tensor, "heads batch query key"]:
        """Return which keys each query may look at: no padding, and no later position under a causal head.

        The first axis has length 1 where all heads agree.
        """
        kinds = causal[:1] if len(set(causal)) == 1 else causal
        found = self._allowed.get(kinds)
        if found is None:
            size = self.valid.shape[1]
            device = self.valid.device
            past = torch.ones(size, size, dtype=torch.bool, device=device).tril()
            free = torch.tensor([not masked for masked in kinds], device=device)
            found = self.valid[None, :, None, :] & (past | free[:, None, None])[:, None]
            self._allowed[kinds] = found
        return found
