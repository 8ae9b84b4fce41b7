"""One input as a user types it: words, or a JSON list where a symbol holds blanks."""

import json
import re
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.ir import Domain


# Opening and closing punctuation around a word.
MARKED = re.compile(r"([(\"'“‘\[{]*)(.*?)([.,;:!?…)\"'”’\]}]*)", re.DOTALL)
ABBREVIATION = re.compile(r"([^\W\d_]\.){2,}")


def typed_input(domain: "Domain", words: Sequence[str], text: str | None) -> list[str]:
    """Return the tokens that were given as words of the command line or as the text of `--input`.

    Raises:
        UsageError: both or neither were given, or the text is a JSON list of other things than tokens.
    """
    if bool(words) == (text is not None):
        raise UsageError("give the input's tokens, or --input with all of them in one text")
    return list(words) if text is None else parse_input(domain, text)


def without_marks(word: str, known: Container[str]) -> list[str]:
    """Return a word, and as tokens of their own the punctuation marks around one that is not known, where all marks are."""
    found = MARKED.fullmatch(word)
    assert found is not None
    before, middle, after = found.groups()
    marks = [*before, *re.findall(r"\.{2,}|.", after)]
    whole = word in known or not middle or ABBREVIATION.fullmatch(word) is not None
    if whole or not all(mark in known for mark in marks):
        return [word]
    return [*before, middle, *marks[len(before) :]]


def parse_input(domain: "Domain", text: str) -> list[str]:
    """Return the tokens that stand in one text, with blanks between them or as a JSON list.

    Symbols may be brackets: where every word is a symbol of the domain, the words are meant.

    Raises:
        UsageError: it is a JSON list of other things than tokens.
    """
    words = text.split()
    if domain.unknown is not None and not text.strip().startswith("["):
        known_words = set(domain.symbols)
        return [part for word in words for part in without_marks(word, known_words)]
    known = {*domain.symbols, domain.prefix, domain.suffix}
    if not text.strip().startswith("[") or known.issuperset(words):
        return words
    try:
        found = json.loads(text)
    except ValueError as error:
        if domain.unknown is not None:
            return words
        raise UsageError(f"--input is no JSON list: {error}") from error
    if any(isinstance(one, bool) or not isinstance(one, str | int) for one in found):
        raise UsageError('--input is a JSON list, but not of tokens; give texts, such as ["a b"]')
    return [str(one) for one in found]
