"""The relaxed Transformer Program network: embeddings, layers of heads and look-ups, a linear classifier.

One module serves learning and export: a network built from sizes (`tprog.learn.layout`) and one made from a Program
(`tprog.learn.conversion`) differ in their layout alone. In the exact pass gates, predicates and attention are argmaxes
and every sum is one of integers, so that its predictions are those of the extracted Program on every input.
"""
# ruff: noqa: F722, F821 - jaxtyping writes shapes as strings.

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tprog.errors import BadInput, TprogError
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import Domain, Ones, Positions, TextRule, Tokens, WordTable
from tprog.learn.heads import Heads
from tprog.learn.layout import (
    NUMERICAL,
    Group,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
)
from tprog.learn.lookups import Lookups, NumericalLookups
from tprog.learn.relaxation import Relaxation, Stream

# The greatest number of entries of one attention matrix in the exact pass; larger batches are cut.
EXACT_ENTRIES = 1 << 22
# Below this magnitude every integer is a float64, so that weights are exact.
EXACT_WEIGHT = 2**53


class Network(nn.Module):
    """A Transformer Program as a network (paper, section 3).

    Attributes:
        layout: its structure.
        embeddings: for each `WordTable` input, by its index, `(alphabet, values)` logits.
        groups: the modules, in the order of `layout.groups`.
        votes: `(rows, labels)` classifier weights: a row for each value of each categorical variable, one for each
            numerical variable, in order (`layout.offsets`).
    """

    def __init__(self, layout: NetworkLayout, *, vote_type: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.layout = layout
        alphabet = len(layout.domain.alphabet)
        self.embeddings = nn.ParameterDict(
            {
                str(index): nn.Parameter(torch.zeros(alphabet, layout.input_sizes[index]))
                for index, variable in enumerate(layout.inputs)
                if isinstance(variable, WordTable)
            }
        )
        self.groups = nn.ModuleList(_module(group, layout.positions) for group in layout.groups)
        rows = layout.offsets[-1]
        self.votes = nn.Parameter(torch.zeros(rows, len(layout.labels), dtype=vote_type))

    def initialise(self, seed: int) -> "Network":
        """Draw all weights from normal distributions with the published scales, and return the network."""
        noise = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for embedding in self.embeddings.values():
                nn.init.normal_(embedding, std=embedding.shape[1] ** -0.5, generator=noise)
            for group in self.modules_in_order():
                group.initialise(noise)
            nn.init.normal_(self.votes, std=len(self.layout.labels) ** -0.5, generator=noise)
        return self

    def modules_in_order(self) -> list[Heads | Lookups | NumericalLookups]:
        """Return the modules of the groups, typed."""
        return [
            group for group in self.groups if isinstance(group, Heads | Lookups | NumericalLookups)
        ]

    def relaxed(
        self,
        indices: Int[Tensor, "batch positions"],
        valid: Bool[Tensor, "batch positions"],
        relax: Relaxation,
        words: tuple[str, ...] | None = None,
    ) -> Float[Tensor, "batch scored labels"]:
        """Return the logits of the relaxed network on padded sequences.

        Args:
            indices: indices into `words`, anything where `valid` is false.
            valid: which positions hold a token.
            relax: how choices are relaxed.
            words: the texts that indices speak of; the domain's alphabet where it is None.

        Returns:
            Logits, -1e30 for masked labels; `(batch, 1, labels)` where outputs are pooled.
        """
        stream = Stream(valid)
        for index in range(len(self.layout.inputs)):
            stream.append(self._relaxed_input(index, indices, relax, words)[None])
        for group in self.modules_in_order():
            stream.append(group.relaxed(stream, relax))
        features = torch.cat(
            [
                (block if block.dim() == 3 else block.movedim(0, 2).flatten(2))
                if block.dim() == 4
                else block.movedim(0, 2)
                for block in stream.blocks
            ],
            dim=2,
        )
        if self.layout.pooled:
            kept = features * valid[..., None]
            lengths = valid.sum(1).clamp(min=self.layout.least_pooled)
            features = kept.sum(1, keepdim=True) / lengths[:, None, None]
        logits = features @ self.votes.to(features.dtype)
        if self.layout.masked:
            masked = torch.zeros(len(self.layout.labels), dtype=torch.bool, device=logits.device)
            masked[list(self.layout.masked)] = True
            logits = logits.masked_fill(masked, -1e30)
        return logits

    def _relaxed_input(
        self, index: int, indices: Tensor, relax: Relaxation, words: tuple[str, ...] | None
    ) -> Tensor:
        size = self.layout.input_sizes[index]
        if size == NUMERICAL:
            return torch.ones(indices.shape, device=indices.device)
        if isinstance(self.layout.inputs[index], Positions):
            hot = torch.eye(indices.shape[1], size, device=indices.device)
            return hot.expand(indices.shape[0], -1, -1)
        words = words or self.layout.domain.alphabet
        if isinstance(self.layout.inputs[index], WordTable):
            symbols = self.symbols(words)[indices]
            return nn.functional.embedding(symbols, relax.choose(self.embeddings[str(index)]))
        hot = nn.functional.one_hot(self.word_values(index, words), size).to(torch.float32)
        return nn.functional.embedding(indices, hot)

    def word_values(self, index: int, words: tuple[str, ...]) -> Int[Tensor, "words"]:
        """Return the value that an input variable over tokens takes for each word.

        Raises:
            BadInput: a word is not of the domain, whose vocabulary is closed.
        """
        variable = self.layout.inputs[index]
        if isinstance(variable, TextRule):
            values = [variable.index(word) for word in words]
            return torch.tensor(values, device=self.votes.device)
        if isinstance(variable, Tokens):
            return self.symbols(words)
        entries: Tensor = self.embeddings[str(index)].argmax(1)
        return entries[self.symbols(words)]

    def symbols(self, words: tuple[str, ...]) -> Int[Tensor, "words"]:
        """Return the symbol of the alphabet, by index, as which each word is read."""
        domain = self.layout.domain
        known = {word: number for number, word in enumerate(domain.alphabet)}
        stranger = None if domain.unknown is None else known[domain.unknown]
        symbols = [known.get(word, stranger) for word in words]
        if None in symbols:
            raise BadInput(f"unknown token {words[symbols.index(None)]!r}")
        return torch.tensor(symbols, dtype=torch.int64, device=self.votes.device)

    @torch.no_grad()
    def variables(self, batch: Batch) -> list[Int[Tensor, "inputs positions"]]:
        """Return every variable exactly: indices of values, or the integers of a numerical one."""
        indices = torch.as_tensor(batch.indices, dtype=torch.int64, device=self.votes.device)
        found: list[Tensor] = []
        for index, variable in enumerate(self.layout.inputs):
            if isinstance(variable, Ones):
                found.append(torch.ones_like(indices))
            elif isinstance(variable, Positions):
                places = torch.arange(indices.shape[1], device=indices.device)
                found.append(places.expand_as(indices))
            else:
                found.append(self.word_values(index, batch.words)[indices])
        for group in self.modules_in_order():
            found += group.exact(found)
        return found

    @torch.no_grad()
    def sums(self, batch: Batch) -> Tensor:
        """Return the votes of every label: `(inputs, positions, labels)`, or `(inputs, 1, labels)` where pooled.

        They are integers, and exact in 64 bits, where the classifier is discretised; float64 otherwise.
        """
        weights = self.votes.detach().to(torch.float64)
        if bool((weights == weights.round()).all()):
            weights = weights.to(torch.int64)
        total = torch.zeros((*batch.indices.shape, weights.shape[1]), dtype=weights.dtype)
        total = total.to(self.votes.device)
        for index, values in enumerate(self.variables(batch)):
            first = self.layout.offsets[index]
            if self.layout.sizes[index] == NUMERICAL:
                total += values[..., None] * weights[first]
            else:
                total += weights[first + values]
        return total.sum(1, keepdim=True) if self.layout.pooled else total

    @property
    def domain(self) -> Domain:
        """The sequences that the network reads."""
        return self.layout.domain

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """The texts that predictions speak of: the labels, then forced labels that are none of them."""
        forced = [label for label in (self.layout.first, self.layout.last) if label is not None]
        return tuple(dict.fromkeys((*self.layout.labels, *forced)))

    def predict(self, batch: Batch) -> IntArray:
        """Return the predictions, exactly: what `tprog.evaluate.predictions` gives for the extracted Program.

        Returns:
            `(inputs, positions)` indices into `prediction_labels`; pooled: `(inputs,)`. A tie goes to the first label.
        """
        rows = max(1, EXACT_ENTRIES // batch.indices.shape[1] ** 2)
        parts = []
        for start in range(0, max(len(batch), 1), rows):
            sums = self.sums(batch.take(slice(start, start + rows)))
            least = -torch.inf if sums.is_floating_point() else torch.iinfo(sums.dtype).min
            for label in self.layout.masked:
                sums[..., label] = least
            parts.append(sums.argmax(-1).cpu().numpy().astype(np.int64))
        found = np.concatenate(parts)
        if self.layout.pooled:
            return found[:, 0]
        for column, forced in ((0, self.layout.first), (-1, self.layout.last)):
            if forced is not None:
                found[:, column] = self.prediction_labels.index(forced)
        return found


def check_weight(value: int) -> None:
    """Refuse an integer that a network's classifier cannot hold exactly.

    Raises:
        TprogError: its magnitude is 2^53 or more.
    """
    if abs(value) >= EXACT_WEIGHT:
        raise TprogError(
            f"the vote {value} is too large for a network: float64 is exact below 2^53; refit the classifier first"
        )


def _module(group: Group, positions: int) -> nn.Module:
    match group:
        case HeadGroup():
            return Heads(group, positions)
        case LookupGroup():
            return Lookups(group)
        case _:
            return NumericalLookups(group)
