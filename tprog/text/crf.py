"""A linear-chain conditional random field on words, shapes, endings and neighbours, by CRFsuite: what others would take for entities."""

from collections.abc import Sequence

from tprog.errors import UsageError
from tprog.ir.inputs import text_feature
from tprog.text.documents import Document

# Weights of the penalties and the most steps, as the tutorials of CRFsuite for named entities give them.
SETTINGS = {"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True}
REACH = (-2, -1, 1, 2)
"""How far neighbours are that a word's label may depend on."""
ENDS = (2, 3)
"""So many characters at both ends of a word are looked at."""


def features(words: Sequence[str]) -> list[list[str]]:
    """Return for each word what its label may depend on, besides the label before."""
    own = [
        [
            f"lower={word.lower()}",
            f"shape={text_feature('shape', 0, word)}",
            *(f"prefix{size}={word[:size]}" for size in ENDS),
            *(f"suffix{size}={word[-size:]}" for size in ENDS),
        ]
        for word in words
    ]
    found = []
    for place, mine in enumerate(own):
        beside = [
            f"{step}:{each}"
            for step in REACH
            for each in (own[place + step][:2] if 0 <= place + step < len(words) else ["none"])
        ]
        found.append(["bias", *mine, *beside])
    return found


def random_field(train: Sequence[Document], test: Sequence[Document]) -> list[tuple[str, ...]]:
    """Return the tags of test documents by a field that was fitted to the training documents.

    Raises:
        UsageError: CRFsuite is not installed.
    """
    import tempfile
    from pathlib import Path

    try:
        import pycrfsuite
    except ImportError:
        raise UsageError(
            "the baseline crf needs python-crfsuite: pip install 'tprog[text]'"
        ) from None
    trainer = pycrfsuite.Trainer(verbose=False)
    for document in train:
        trainer.append(features(document.words), document.labels)
    trainer.set_params(SETTINGS)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "field")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        try:
            return [tuple(tagger.tag(features(document.words))) for document in test]
        finally:
            tagger.close()
