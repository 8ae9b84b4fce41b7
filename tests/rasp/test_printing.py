"""Graphs as RASP text and back."""

from hypothesis import given
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, graphs

from tprog.rasp.graph import SOp
from tprog.rasp.module import read_text
from tprog.rasp.printing import to_text

WORDS = st.lists(
    st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=5), min_size=1, max_size=3
)


@given(graphs(), graphs())
def test_text_reads_back_as_the_same_graphs(one: SOp, other: SOp) -> None:
    """What is printed is read as graphs equal to those that were printed, under their names."""
    text = to_text({"one": one, "other": other})
    module = read_text(text)
    assert (module.sop("one"), module.sop("other"), module.sop()) == (one, other, other), text
