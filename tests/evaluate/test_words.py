"""Words are read by their text, each once."""

from collections.abc import Sequence

import numpy as np
import pytest

from tprog.errors import BadInput
from tprog.evaluate import encode, frame_indices
from tprog.evaluate.words import WordReader
from tprog.ir import (
    Classifier,
    Domain,
    FiniteValues,
    Input,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)

CODE = np.dtype(np.uint8)


def reader(domain: Domain, inputs: Sequence[Input] = (Tokens(), Positions())) -> WordReader:
    """Return a reader for a Program without operations."""
    return WordReader(Program(domain, tuple(inputs), (), Classifier(("x",), ())))


def test_each_word_has_an_entry_for_each_input() -> None:
    """Tables hold tokens, word tables and text rules, for unknown words too."""
    domain = Domain(("a", "?"), 3, unknown="?")
    rule = TextRule("prefix", FiniteValues(("x", "other")), otherwise=1, size=1)
    table = WordTable(FiniteValues((5, 6, 7)), (0, 1, 2))
    batch = encode(domain, [["xa", "a"]])[0][1]
    assert batch.words == ("<s>", "a", "?", "xa")
    found = reader(domain, (Tokens(), Positions(), Ones(), rule, table)).tables(batch, CODE)
    # The symbol `?` does not occur, and so is not read.
    assert found.tolist() == [[0, 1, 0, 2], [0] * 4, [0] * 4, [1, 1, 0, 0], [0, 1, 0, 2]]
    assert found.dtype == CODE


def test_batches_of_other_domains_are_read_by_text() -> None:
    """The order of a batch's words does not matter, and words that do not occur may be foreign."""
    found = reader(Domain(("a", "b"), 3))
    other = Domain(("b", "c", "a"), 3)
    assert found.tables(frame_indices(other, np.array([[0, 2]])), CODE)[0].tolist() == [0, 2, 0, 1]
    with pytest.raises(BadInput, match="unknown token 'c'"):
        found.tables(frame_indices(other, np.array([[0, 1]])), CODE)


def test_foreign_frames_are_refused() -> None:
    """A batch framed by a symbol that the domain lacks is an error."""
    batch = frame_indices(Domain(("a",), 3), np.array([[0]]))
    with pytest.raises(BadInput, match="unknown token '<s>'"):
        reader(Domain(("a",), 3, prefix=None)).tables(batch, CODE)


def test_words_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word's rules are applied once, however often it occurs."""
    calls: list[str] = []
    real = TextRule.index

    def index(rule: TextRule, text: str) -> int:
        calls.append(text)
        return real(rule, text)

    monkeypatch.setattr(TextRule, "index", index)
    rule = TextRule("lower", FiniteValues(("a", "b")), otherwise=0)
    found = reader(Domain(("a", "b"), 3), (rule,))
    for tokens in ("ab", "ba", "aaa"):
        found.tables(encode(found.program.domain, [tokens])[0][1], CODE)
    assert sorted(calls) == ["<s>", "a", "b"]


def test_a_program_without_inputs_reads_nothing() -> None:
    """Without input variables there are no tables, and without inputs no entries."""
    domain = Domain(("a",), 3)
    batch = encode(domain, ["aa"])[0][1]
    assert reader(domain, ()).tables(batch, CODE).shape == (0, 2)
    assert not reader(domain).tables(batch.take(slice(0, 0)), CODE).any()
