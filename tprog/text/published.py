"""The published recipe for text (Friedman et al., 2023, sections 3 and 5): a network of factored word variables, by gradient.

Each word has a value of each of a few categorical variables, learned as logits by Gumbel-softmax. Heads select one key for each
query value, look-ups read two variables, and a linear classifier reads everything: at each position, or its mean over the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tprog.errors import FileProblem, UnreadableSource
from tprog.evaluate.inputs import Batch, IntArray, encode
from tprog.ir import Domain, Program
from tprog.learn.discretise import discretise
from tprog.learn.layout import NetworkLayout, NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.settings import Progress, WarmStartSettings
from tprog.learn.warm_start import WarmStart, warm_start
from tprog.stopping import Stopper
from tprog.text.corpus import make_corpus
from tprog.text.documents import Document, split_off
from tprog.text.evidence import Floats
from tprog.text.readable import word_domain

Labelled: TypeAlias = list[tuple[Batch, IntArray]]
SUFFIX = "</s>"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The published setting, of classes where nothing else is said.

    Attributes:
        epochs: passes over the texts; the best on held-out ones counts.
        layers: each of heads and then look-ups.
        heads: categorical heads a layer.
        variables: the factored variables of a word.
        values: of each variable; as many more as the longest text has positions.
        words: the most words with table entries of their own.
        batch: texts a step.
        rate: of Adam.
        vectors: word vectors in GloVe's text format to begin the variables with; None for a random beginning.
        longest: the most words of a text: attention takes memory with the square of it. WNUT-17 has one of 105.
    """

    epochs: int = 10
    layers: int = 2
    heads: int = 4
    variables: int = 4
    values: int = 64
    words: int = 10_000
    batch: int = 128
    rate: float = 0.05
    vectors: Path | None = None
    longest: int = 126

    def __str__(self) -> str:
        """Return the setting in words."""
        begun = "" if self.vectors is None else f", begun with {self.vectors.name}"
        return (
            f"published: {self.epochs} epochs, {self.layers} layers of {self.heads} heads, "
            f"{self.variables} variables of {self.values} values{begun}"
        )


CLASSES = Recipe()
ENTITIES = Recipe(epochs=50, heads=8, values=32, batch=32, rate=0.01)


def vector_logits(path: Path, words: Sequence[str], size: int, seed: int) -> Floats:
    """Return `(words, size)` logits: word vectors under a random projection, as published; normal ones for words without.

    Args:
        path: a line for each word, then its numbers, with blanks between (GloVe's text format).
        words: those that vectors are wanted of.
        size: how many logits a word has.
        seed: of the projection.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: a line does not hold as many numbers as the first, or no word has a vector.
    """
    rows = {word: row for row, word in enumerate(words)}
    found: dict[int, list[float]] = {}
    number = width = 0
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):  # noqa: B007 - the error names it.
                width = width or line.count(" ")
                # A few words of the largest file of GloVe hold blanks.
                word, *given = line.rstrip().rsplit(" ", width)
                if len(given) != width or not width:
                    raise ValueError
                if word in rows:
                    found[rows[word]] = [float(one) for one in given]
    except OSError as error:
        raise FileProblem(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError:
        raise UnreadableSource(
            f"{path}:{number}: no word and {width or 'some'} numbers with blanks between"
        ) from None
    if not found:
        raise UnreadableSource(f"{path}: none of the {len(words):,} words has a vector in it")
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((len(words), width))
    vectors[list(found)] = list(found.values())
    return vectors @ random.normal(0, size**-0.5, (width, size))


def labelled(
    domain: Domain, documents: Sequence[Document], labels: Sequence[str], pooled: bool
) -> Labelled:
    """Return documents in batches of one length each, with indices of their labels, -1 at frames and where one is unknown."""
    number = {label: place for place, label in enumerate(labels)}
    found = []
    for rows, batch in encode(domain, [document.words for document in documents]):
        given = [[number.get(one, -1) for one in documents[row].labels] for row in rows.tolist()]
        truth = np.array(given, dtype=np.int64)
        framed = np.pad(truth, ((0, 0), (1, 1)), constant_values=-1)
        found.append((batch, truth[:, 0] if pooled else framed))
    return found


def text_layout(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    recipe: Recipe,
    longest: int,
    pooled: bool,
) -> NetworkLayout:
    """Return the layout of a network for framed texts of so many words, with the commonest words of the documents."""
    values = max(recipe.values, longest + 2)
    domain = word_domain(make_corpus(documents, labels, pooled), recipe.words)
    symbols = tuple(word for word in domain.symbols if word != SUFFIX)
    domain = replace(domain, symbols=symbols, suffix=SUFFIX, max_length=values - 2)
    sizes = NetworkSizes(
        layers=recipe.layers,
        categorical_heads=recipe.heads,
        numerical_heads=0,
        categorical_lookups=1,
        numerical_lookups=0,
        values=values,
        embeddings=recipe.variables,
    )
    layout = network_layout(domain, labels, sizes, pooled=pooled)
    # As published, where padding counts in the mean: the sums of short texts stay small.
    return replace(layout, least_pooled=longest + 2)


def learn_published(
    documents: Sequence[Document],
    labels: tuple[str, ...],
    seed: int,
    recipe: Recipe,
    longest: int,
    *,
    pooled: bool,
    tuning: Sequence[Document] | None = None,
    watch: Stopper | None = None,
) -> tuple[Program, Network]:
    """Return a program, and the discretised network that it was extracted from.

    Args:
        documents: to learn from.
        labels: of the documents.
        seed: of weights, order and noise, and of what is held out.
        recipe: the setting.
        longest: the words of the longest text that is to be read.
        pooled: whether a document has one label.
        tuning: documents by which the epoch is chosen; by default a part of `documents` takes their place.
        watch: is told of each epoch; once it wants to stop, the best network so far is taken.
    """
    watch = watch or Stopper()
    if tuning is None:
        documents, tuning = split_off(documents, seed)
    layout = text_layout(documents, labels, recipe, longest, pooled)
    domain = layout.domain
    train = labelled(domain, documents, labels, pooled)
    logits = None
    if recipe.vectors is not None:
        size = recipe.variables * layout.input_sizes[0]
        logits = vector_logits(recipe.vectors, domain.alphabet, size, seed)

    def tell(step: Progress) -> None:
        if step.validation is not None:
            told = f"epoch {step.step} of {step.steps}: loss {step.loss:.3f}"
            watch.report(f"{told}, {100 * step.validation:.1f} % of held-out labels at best")

    job = WarmStart(
        layout=layout,
        settings=WarmStartSettings(recipe.epochs, recipe.batch, recipe.rate),
        seed=seed,
        number=0,
        restarts=1,
        train=train,
        validation=labelled(domain, tuning, labels, pooled),
        words=logits,
    )
    network = Network(layout)
    network.load_state_dict(warm_start(job, tell, watch).weights)
    return discretise(network, train), network
