"""Input variables: what a Program knows of a sequence before its first layer."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from tprog.errors import InvalidProgram
from tprog.ir.domain import FiniteValues, Value


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token itself (one-hot in the network)."""

    name: str = field(default="tokens", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Positions:
    """The position in the framed sequence, from 0."""

    name: str = field(default="positions", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Ones:
    """The numerical constant 1."""

    name: str = field(default="ones", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class WordTable:
    """A learned word -> value map: one factored embedding variable (paper, section 3.4).

    Attributes:
        values: the values that words are mapped to.
        table: for each symbol of the domain's alphabet, the index of its value.
    """

    values: FiniteValues
    table: tuple[int, ...]
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if any(not 0 <= entry < len(self.values) for entry in self.table):
            raise InvalidProgram("word table: an entry lies outside its values")


TextFeature: TypeAlias = Literal["shape", "prefix", "suffix", "length", "lower"]


@dataclass(frozen=True, slots=True)
class TextRule:
    """A rule over the token's text.

    Attributes:
        feature: `shape` (runs of letters and digits, see `word_shape`), `prefix` and `suffix` (the first or last `size`
            characters), `length` (in characters, at most `size`), `lower` (the text in lower case).
        values: the results that are told apart.
        otherwise: the index of the value that stands for every other result.
        size: characters for `prefix` and `suffix`, the cap for `length`; 0 for the others.
    """

    feature: TextFeature
    values: FiniteValues
    otherwise: int
    size: int = 0
    name: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.feature not in get_args(TextFeature):
            raise InvalidProgram(f"text rule: no such feature: {self.feature!r}")
        if not 0 <= self.otherwise < len(self.values):
            raise InvalidProgram("text rule: `otherwise` lies outside its values")
        if (self.size < 1) != (self.feature in ("shape", "lower")):
            raise InvalidProgram(f"text rule: size {self.size} for {self.feature}")
        if self.values.textual == (self.feature == "length"):
            raise InvalidProgram(f"text rule: wrong kind of values for {self.feature}")

    def index(self, text: str) -> int:
        """Return the index of the value for a token's text."""
        found = self.values.index(text_feature(self.feature, self.size, text))
        return self.otherwise if found is None else found


def text_feature(feature: TextFeature, size: int, text: str) -> Value:
    """Return the result of a text feature, before it is matched with a rule's values."""
    match feature:
        case "shape":
            return word_shape(text)
        case "prefix":
            return text[:size]
        case "suffix":
            return text[-size:]
        case "length":
            return min(len(text), size)
        case "lower":
            return text.lower()


def word_shape(text: str) -> str:
    """Return the shape of a word: `X` for capitals, `x` for other letters, `0` for digits, runs collapsed.

    Other characters stand for themselves: `word_shape("U.S.")` is `"X.X."`, `word_shape("McDonald2")` is `"XxXx0"`.
    """
    shape: list[str] = []
    for character in text:
        if character.isdigit():
            kind = "0"
        elif character.isupper():
            kind = "X"
        elif character.isalpha():
            kind = "x"
        else:
            kind = character
        if not shape or shape[-1] != kind:
            shape.append(kind)
    return "".join(shape)


Input: TypeAlias = Tokens | Positions | Ones | WordTable | TextRule
