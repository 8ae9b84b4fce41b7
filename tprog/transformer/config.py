"""The sizes of an exported Transformer, and what is known of its answers."""

from dataclasses import dataclass
from typing import Literal

from tprog.ir import Domain


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """The sizes of a Transformer and what its tokens and labels are.

    Attributes:
        n_layers, n_heads, d_model, d_head, d_mlp: as the field calls them.
        n_ctx: positions, the network's own first token included.
        attention: whether positions look to the left alone.
        inverse_temperature: a factor in the query weights: by so much at least do scores that differ.
        vocabulary: the network's own beginning-of-sequence and padding tokens, then the domain's alphabet.
        labels: what the logits speak of.
        pooled: whether the mean of the logits over the input's positions, its own token left out, is the answer.
        domain: the inputs that it was made for.
    """

    n_layers: int
    n_heads: int
    d_model: int
    d_head: int
    d_mlp: int
    n_ctx: int
    attention: Literal["causal", "bidirectional"]
    inverse_temperature: float
    vocabulary: tuple[str, ...]
    labels: tuple[str, ...]
    pooled: bool
    domain: Domain

    @property
    def size(self) -> int:
        """The number of weights in matrices."""
        block = 4 * self.n_heads * self.d_head + 2 * self.d_mlp
        ends = len(self.vocabulary) + self.n_ctx + len(self.labels)
        return self.d_model * (self.n_layers * block + ends)


@dataclass(frozen=True, slots=True)
class Checked:
    """How a Transformer compares with the Program that it was made of.

    Attributes:
        agrees_on: the inputs on which their predictions are the same, in words.
        least_inverse_temperature: the least at which that holds, by bisection in steps of 1/8.
        margin: at the stored inverse temperature the least gap between the best and the second logit on these inputs; null with one label.
    """

    agrees_on: str
    least_inverse_temperature: float
    margin: float | None
