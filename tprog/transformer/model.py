"""The ordinary Transformer: embeddings, blocks of softmax attention and a ReLU MLP, an unembedding. No LayerNorm.

Weights have the names and shapes that transformer_lens gives them.
"""
# ruff: noqa: F722 - jaxtyping writes shapes as strings.

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from tprog.errors import BadInput
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import Domain
from tprog.transformer.config import TransformerConfig

CHUNK = 4096  # inputs that are predicted at once


class Block(nn.Module):
    """Attention, then an MLP, each added to the residual stream."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        heads, width, inner = config.n_heads, config.d_model, config.d_head
        self.causal = config.attention == "causal"
        self.attn = _weights(
            **{f"W_{part}": (heads, width, inner) for part in "QKV"},
            **{f"b_{part}": (heads, inner) for part in "QKV"},
            W_O=(heads, inner, width),
            b_O=(width,),
        )
        self.mlp = _weights(
            W_in=(width, config.d_mlp),
            b_in=(config.d_mlp,),
            W_out=(config.d_mlp, width),
            b_out=(width,),
        )

    def pattern(self, stream: Float[Tensor, "batch pos d"]) -> Float[Tensor, "batch head pos pos"]:
        """Return how much every query (the third axis) looks at every key."""
        query, key = (self._project(stream, part) for part in "QK")
        scores = query @ key.mT / query.shape[-1] ** 0.5
        if self.causal:
            later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
            scores = scores.masked_fill(later, -torch.inf)
        found: Tensor = scores.softmax(dim=-1)
        return found

    def forward(self, stream: Float[Tensor, "batch pos d"]) -> Float[Tensor, "batch pos d"]:
        """Return the residual stream after the block."""
        mixed = self.pattern(stream) @ self._project(stream, "V")
        written = torch.einsum("bhpi,hid->bpd", mixed, self.attn["W_O"])
        stream = stream + written + self.attn["b_O"]
        hidden = torch.relu(stream @ self.mlp["W_in"] + self.mlp["b_in"])
        found: Tensor = stream + hidden @ self.mlp["W_out"] + self.mlp["b_out"]
        return found

    def _project(self, stream: Tensor, part: str) -> Float[Tensor, "batch head pos inner"]:
        weight, bias = self.attn[f"W_{part}"], self.attn[f"b_{part}"]
        found: Tensor = torch.einsum("bpd,hdi->bhpi", stream, weight) + bias[:, None]
        return found


class Transformer(nn.Module):
    """An ordinary Transformer; nothing in it tells that it was a Program.

    Attributes:
        config: its sizes, tokens and labels.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width, labels = config.d_model, len(config.labels)
        self.config = config
        self.embed = _weights(W_E=(len(config.vocabulary), width))
        self.pos_embed = _weights(W_pos=(config.n_ctx, width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.unembed = _weights(W_U=(width, labels), b_U=(labels,))

    def forward(self, tokens: Int[Tensor, "batch pos"]) -> Float[Tensor, "batch pos label"]:
        """Return the logits at every position.

        Args:
            tokens: indices into `config.vocabulary`: first 0, the beginning of the sequence, then the input, then perhaps padding, 1.
        """
        stream = self.embed["W_E"][tokens] + self.pos_embed["W_pos"][: tokens.shape[1]]
        for block in self.blocks:
            stream = block(stream)
        logits: Tensor = stream @ self.unembed["W_U"] + self.unembed["b_U"]
        return logits

    @property
    def domain(self) -> Domain:
        """The inputs that it was made for."""
        return self.config.domain

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """What predictions speak of."""
        return self.config.labels

    def tokens(self, batch: Batch) -> Int[Tensor, "batch pos"]:
        """Return framed inputs as the network reads them, its own first token before them.

        Raises:
            BadInput: a word is not in the vocabulary.
        """
        number = {word: index for index, word in enumerate(self.domain.alphabet, 2)}
        other = number.get(self.domain.unknown or "", -1)
        of = torch.tensor([number.get(word, other) for word in batch.words])
        found = of[torch.as_tensor(batch.indices, dtype=torch.int64)]
        if bool((found < 0).any()):
            word = batch.words[int(batch.indices[(found < 0).numpy()][0])]
            raise BadInput(f"unknown token {word!r}; give the symbols of the vocabulary")
        return nn.functional.pad(found, (1, 0))

    @torch.no_grad()
    def logits(self, batch: Batch) -> Float[Tensor, "batch *pos label"]:
        """Return the logits at every position of framed inputs of one length; pooled: their mean."""
        found = torch.cat([self(part)[:, 1:] for part in torch.split(self.tokens(batch), CHUNK)])
        return found.mean(1) if self.config.pooled else found

    def predict(self, batch: Batch) -> IntArray:
        """Return `(inputs, positions)` indices into the labels; pooled: `(inputs,)`."""
        found: IntArray = self.logits(batch).argmax(-1).numpy()
        return found


def _weights(**shapes: tuple[int, ...]) -> nn.ParameterDict:
    return nn.ParameterDict(
        {name: nn.Parameter(torch.zeros(shape), False) for name, shape in shapes.items()}
    )
