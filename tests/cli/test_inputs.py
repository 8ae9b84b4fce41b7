"""Inputs as users type them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import small_hist

from tprog.cli.inputs import parse_input, typed_input, without_marks
from tprog.errors import UsageError
from tprog.ir import Domain

DIGITS = small_hist().domain
BRACKETS = Domain(("[", "]", "1", "a b", "-x"), max_length=6)
OPEN = Domain(("1", "<unk>"), max_length=6, unknown="<unk>")


@given(st.lists(st.text(), min_size=1))
def test_every_list_of_texts_can_be_given_as_json(tokens: list[str]) -> None:
    """What JSON writes of any tokens is read as these tokens."""
    assert parse_input(DIGITS, json.dumps(tokens)) == tokens
    assert typed_input(DIGITS, [], json.dumps(tokens, ensure_ascii=False)) == tokens


def test_words_and_whole_numbers_are_tokens() -> None:
    """Blanks part tokens; whole numbers of a JSON list are the tokens that they look like."""
    assert parse_input(DIGITS, " 1 0  1 ") == ["1", "0", "1"]
    assert parse_input(DIGITS, '[1, 0, "1"]') == ["1", "0", "1"]


def test_brackets_that_are_symbols_are_words() -> None:
    """Where every word is a symbol no JSON is meant, though the text is some."""
    assert parse_input(BRACKETS, "[ 1 ]") == ["[", "1", "]"]
    assert parse_input(BRACKETS, '["[", "a b", "-x"]') == ["[", "a b", "-x"]


def test_words_of_any_text_may_begin_with_a_bracket() -> None:
    """Of a vocabulary without end a bracketed word is a word, as long as the text is no JSON."""
    assert parse_input(OPEN, "[INST] 1") == ["[INST]", "1"]


@pytest.mark.parametrize("text", ['["1', "[[1]]", "[true]", "[1.5]", '[{"a": 1}]'])
def test_other_json_is_bad_usage(text: str) -> None:
    """A list of other things than tokens, or half a list, is refused."""
    with pytest.raises(UsageError, match="JSON list"):
        parse_input(DIGITS, text)


def test_tokens_are_given_once() -> None:
    """Words and a text are too much, and neither is too little."""
    for words, text in ((["1"], "1"), ([], None)):
        with pytest.raises(UsageError, match="--input"):
            typed_input(DIGITS, words, text)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Oslo,", ["Oslo", ","]),
        ("(Oslo)...", ["(", "Oslo", ")", "..."]),
        ("U.S.", ["U.S."]),
        ("Mr.", ["Mr."]),
        ("why;", ["why;"]),
        (",", [","]),
        ("it's", ["it's"]),
        ("@ann.", ["@ann", "."]),
    ],
)
def test_marks_around_a_new_word_are_tokens(word: str, parts: list[str]) -> None:
    """Known words stay whole, and so do abbreviations, and words around which a mark is not known."""
    assert without_marks(word, {"Mr.", ",", ".", "...", "(", ")"}) == parts


def test_a_pasted_sentence_is_taken_apart() -> None:
    """What was typed with blanks stays as it is."""
    domain = Domain(("in", ".", "<unk>"), max_length=6, unknown="<unk>")
    assert (
        parse_input(domain, "in Rome.") == parse_input(domain, "in Rome .") == ["in", "Rome", "."]
    )
