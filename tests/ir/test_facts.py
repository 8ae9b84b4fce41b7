"""Facts are sentences, and come back from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.ir import Provenance
from tprog.ir.facts import AccuracyFact, Fact, RankedHeads, SimplifiedFrom, read_fact, write_fact

TEXTS = st.text(st.characters(exclude_characters="\n\r"), max_size=12)
FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.text(max_size=12),
    st.builds(AccuracyFact, TEXTS),
    st.builds(RankedHeads, st.integers(0, 10**6)),
    st.builds(SimplifiedFrom, st.integers(0, 10**6), TEXTS | st.just("1 lines: odd.")),
)


@given(FACTS)
def test_a_fact_comes_back_from_its_sentence(fact: Fact) -> None:
    """What was written is read, whatever its text."""
    assert read_fact(write_fact(fact)) == fact


@pytest.mark.parametrize(
    "text", ["", "Accuracy", "007 of its heads", "Simplified from 03 lines: all.", "as the source"]
)
def test_other_sentences_are_free_text(text: str) -> None:
    """A text that says no known fact, or says it in another way, stays a text."""
    assert read_fact(text) == text


def test_provenance_reads_texts() -> None:
    """Facts that are given as texts are facts; as lines they are the same texts."""
    lines = ("Accuracy: 99 % of 7 labels.", "Simplified from 12 lines: all answers.", "by hand")
    found = Provenance(facts=lines)
    assert found.facts == (
        AccuracyFact("99 % of 7 labels."),
        SimplifiedFrom(12, "all answers"),
        "by hand",
    )
    assert found.lines == lines
