"""What others reach is measured on the same split, by the names that `--baseline` takes."""

from pathlib import Path

import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from text.made_up import write_classes, write_entities

from tprog.analysis.text_baselines import BASELINES, chosen
from tprog.errors import UsageError
from tprog.text.crf import features, random_field
from tprog.text.documents import Document
from tprog.text.reading import read_documents
from tprog.text.spans import span_score

TAGS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")


def test_names_choose_baselines() -> None:
    """The usual ones come together, others by name; one of the other task is refused."""
    assert [one.says for one in chosen("ner", True, ["crf"])] == [
        "each word's commonest tag",
        "linear-chain CRF",
    ]
    assert chosen("classify", False, []) == []
    with pytest.raises(UsageError, match="'crf' is none of bayes, regression, standard"):
        chosen("classify", True, ["crf"])


def test_features_look_at_neighbours() -> None:
    """A word's features name its neighbours by distance, and where there are none."""
    first, second = features(("Ann", "met"))
    assert {"-1:none", "1:lower=met", "1:shape=x", "suffix3=Ann"} <= set(first)
    assert {"-1:lower=ann", "2:none"} <= set(second)


def test_a_random_field_finds_entities(tmp_path: Path) -> None:
    """Names that were seen, and a new one beside known words, are tagged as one entity."""
    pytest.importorskip("pycrfsuite", reason="python-crfsuite is not installed")
    train = read_documents(write_entities(tmp_path / "a.conll"), "ner").documents
    words = ("we", "met", "Zoe", "in", "New", "York")
    (found,) = random_field(train, [Document(1, words, ())])
    assert found == ("O", "O", "B-PER", "O", "B-LOC", "I-LOC")


@pytest.mark.slow
def test_a_standard_transformer_tells_classes_apart(tmp_path: Path) -> None:
    """Trained on the same texts it answers all but perfectly, on texts with new words too."""
    given_texts = read_documents(write_classes(tmp_path / "a.tsv"), "classify")
    test = read_documents(write_classes(tmp_path / "b.tsv", 20, seed=4), "classify").documents
    strange = [Document(1, ("Zürich", *one.words), one.labels) for one in test]
    found = BASELINES["standard"].labels(given_texts.documents, strange, given_texts.labels, 0)
    right = sum(tuple(one) == other.labels for one, other in zip(found, test, strict=True))
    assert right >= 18


@settings(max_examples=scaled(60), deadline=None)
@given(st.lists(st.lists(st.tuples(*[st.sampled_from(TAGS)] * 2), min_size=1), min_size=1))
def test_f1_is_that_of_seqeval(pairs: list[list[tuple[str, str]]]) -> None:
    """On any tags, ill-formed ones too, F1, precision and recall are those of the usual library."""
    metrics = pytest.importorskip("seqeval.metrics", reason="seqeval is not installed")
    truth = [[one for one, _ in row] for row in pairs]
    found = [[other for _, other in row] for row in pairs]
    mine = span_score(truth, found)
    for name in ("f1", "precision", "recall"):
        theirs = getattr(metrics, f"{name}_score")(truth, found, zero_division=0)
        assert float(getattr(mine, name)) == pytest.approx(float(theirs))
