"""Facts about a Program that tprog acts on, and the sentences that say them in a program's docstring.

A fact that is none of these is free text. Writing and reading share one table of sentences, so that each undoes the other.
"""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeAlias, get_type_hints


@dataclass(frozen=True, slots=True)
class AccuracyFact:
    """How many labels of which inputs the Program gets right; another Program need not."""

    said: str


@dataclass(frozen=True, slots=True)
class RankedHeads:
    """How many heads rank their own position as published sources do, and not as the network does."""

    heads: int


@dataclass(frozen=True, slots=True)
class SimplifiedFrom:
    """Of how many lines the Program was that it was simplified from, and what was kept."""

    lines: int
    how: str


Fact: TypeAlias = str | AccuracyFact | RankedHeads | SimplifiedFrom

_SENTENCES: dict[type, str] = {
    AccuracyFact: "Accuracy: {said}",
    RankedHeads: (
        "{heads} of its heads rank their own position at the number of matches, as the source does; "
        "the network chooses it last."
    ),
    SimplifiedFrom: "Simplified from {lines} lines: {how}.",
}


def write_fact(fact: Fact) -> str:
    """Return the sentence that says a fact."""
    if isinstance(fact, str):
        return fact
    return _SENTENCES[type(fact)].format(
        **{one.name: getattr(fact, one.name) for one in fields(fact)}
    )


def read_fact(text: str) -> Fact:
    """Return the fact that a sentence says; the text itself where it says none that is known."""
    for kind in _SENTENCES:
        pattern, types = _pattern(kind)
        found = pattern.fullmatch(text)
        if found is not None:
            fact: Fact = kind(
                **{name: types[name](said) for name, said in found.groupdict().items()}
            )
            # Another way to write the same, such as 007, is free text.
            if write_fact(fact) == text:
                return fact
    return text


@cache
def _pattern(kind: type) -> tuple[re.Pattern[str], dict[str, type]]:
    types = get_type_hints(kind)
    pattern = re.escape(_SENTENCES[kind])
    for name, found in types.items():
        group = "[0-9]{1,9}" if found is int else ".*"
        pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{group})")
    return re.compile(pattern), types
