"""Exact F1 of entities, as the CoNLL shared tasks count it."""

from tprog.text.spans import span_score, spans


def test_spans_of_tags() -> None:
    """Adjacent entities, an inside tag without a beginning, and a change of type."""
    assert spans(["B-A", "I-A", "O", "B-B"]) == {(0, 2, "A"), (3, 4, "B")}
    assert spans(["B-A", "B-A", "I-A"]) == {(0, 1, "A"), (1, 3, "A")}
    assert spans(["I-A", "I-B", "I-B"]) == {(0, 1, "A"), (1, 3, "B")}
    assert spans(["O", "O"]) == set()


def test_the_score_counts_exact_spans() -> None:
    """Of the two entities in each, one has the right ends, so all three figures are one half."""
    truth = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    given = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    found = span_score(truth, given)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_nothing_found_is_nothing() -> None:
    """Without entities every figure is 0."""
    found = span_score([["O"]], [["O"]])
    assert (found.precision, found.recall, found.f1) == (0.0, 0.0, 0.0)
