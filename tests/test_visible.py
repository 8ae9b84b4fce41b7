"""Text of others as it is shown."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.visible import cut, first_words, fitting, one_line, quoted, shell_word, visible


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_unseen_is_left_and_nothing_seen_is_touched(text: str) -> None:
    """Every character that a reader cannot see becomes an escape; doing it twice changes nothing."""
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    assert text.isprintable() <= (shown == text)
    assert len(shown) >= len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b", r"\x9b"),
        ("a\nb", r"a\nb"),
        ("\u202e", r"\u202e"),
        ("\ud800", r"\ud800"),
        ("\u00a0", r"\xa0"),
        ("[bold] é 😀", "[bold] é 😀"),
    ],
)
def test_an_escape_names_the_character(text: str, shown: str) -> None:
    """Escapes are those of Python; signs of other languages stay."""
    assert visible(text) == shown


def test_what_is_kept_stays() -> None:
    """Line breaks can be kept, and nothing else with them."""
    assert visible("a\nb\x1b", keep="\n") == "a\nb\\x1b"


@given(st.text(alphabet=st.characters(codec=None)), st.sampled_from(["ascii", "cp1252", "utf-8"]))
def test_any_encoding_can_hold_what_fits_it(text: str, encoding: str) -> None:
    """Stand-ins and escapes are within the encoding, and what is within it stays."""
    fitted = fitting(text, encoding)
    assert fitted.encode(encoding)[:0] == b""
    assert fitting(fitted, encoding) == fitted


def test_an_error_is_one_short_line() -> None:
    """Line breaks become blanks, long texts are cut, and an error without a text is its kind."""
    assert one_line(ValueError("two\n  lines")) == "two lines"
    assert len(one_line(ValueError("x" * 999))) == 200
    assert one_line(KeyboardInterrupt()) == "KeyboardInterrupt"


def test_what_is_cut_says_so() -> None:
    """An ellipsis stands for the rest, within the width."""
    assert [cut("abc def", width) for width in (7, 6, 5)] == ["abc def", "abc d…", "abc…"]
    assert first_words(["a", "b", "c"], 2) == "a b ..."
    assert first_words(["a", "b"], 2) == "a b"


def test_our_own_signs_have_stand_ins() -> None:
    """An arrow is an arrow in ASCII too."""
    assert fitting("a → b… é", "ascii") == r"a -> b... \xe9"
    assert fitting("a → b… é", "cp1252") == "a -> b… é"


@pytest.mark.skipif(sys.platform == "win32", reason="speaks of bash")
@pytest.mark.parametrize(
    "word",
    ["run", "a b", "-x", "it's", "\\n", "\x1b[31m", "a\nb'\\", "\udcff", "é\u202e", "", "$(id)"],
)
def test_a_shell_takes_a_printed_word_back(word: str) -> None:
    """What is printed of a path names that very path when it is typed."""
    shown = shell_word(word)
    assert shown.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {shown}"], capture_output=True, check=True, encoding=None
    )
    assert os.fsdecode(done.stdout) == word


def test_labels_that_cannot_be_seen_are_quoted() -> None:
    """A blank and a control character are told from nothing."""
    assert [quoted(label) for label in ("a b", " ", "", "\x01")] == ["a b", "' '", "''", r"'\x01'"]
