"""The inputs that a Program is defined on, and the value sets of its variables.

A Program reads *framed* sequences: an optional prefix (`<s>`), the data symbols, an optional suffix (`</s>`). A user
gives the data symbols alone; a full framed sequence is accepted as well, with the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from tprog.errors import BadInput, InvalidProgram
from tprog.visible import first_words

Value: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class FiniteValues:
    """The ordered, finite set of values of a categorical variable.

    Tables, votes and predicates speak of *indices* into `values`; people read the values themselves.
    """

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise InvalidProgram("a categorical variable needs at least one value")
        if {type(value) for value in self.values} not in ({str}, {int}):
            raise InvalidProgram(f"values must be all strings or all integers: {self.values!r}")
        if len(set(self.values)) != len(self.values):
            raise InvalidProgram(f"values repeat: {self.values!r}")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def textual(self) -> bool:
        """Whether the values are strings."""
        return isinstance(self.values[0], str)

    def index(self, value: Value) -> int | None:
        """Return the index of `value`, or None where it is none of the values."""
        try:
            return self.values.index(value)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Naturals:
    """The values 0, 1, 2, ... without an end: positions in a program without a greatest length."""

    @property
    def textual(self) -> bool:
        """Naturals are integers, never text."""
        return False


@dataclass(frozen=True, slots=True)
class Integers:
    """The values of a numerical variable: non-negative integers."""


Values: TypeAlias = FiniteValues | Naturals | Integers


@dataclass(frozen=True)
class Domain:
    """Every sequence on which a Program is defined.

    Attributes:
        symbols: the data symbols, in a fixed order.
        min_length: least number of data symbols, at least 1.
        max_length: greatest number of data symbols; None where there is no end.
        prefix: the symbol put before the data (`<s>`), or None.
        suffix: the symbol put after the data (`</s>`), or None.
        scored: the symbols at whose positions predictions count; None for all data positions.
        unknown: for an open vocabulary, the symbol of `symbols` as which any other word is read; rules over the
            token's text still see the word itself.
    """

    symbols: tuple[str, ...]
    max_length: int | None
    min_length: int = 1
    prefix: str | None = "<s>"
    suffix: str | None = None
    scored: tuple[str, ...] | None = None
    unknown: str | None = None

    def __post_init__(self) -> None:
        problems = list(_domain_problems(self))
        if problems:
            raise InvalidProgram("domain: " + "; ".join(problems))

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """Prefix, data symbols and suffix: every token that a framed sequence can hold."""
        prefix = () if self.prefix is None else (self.prefix,)
        suffix = () if self.suffix is None else (self.suffix,)
        return (*prefix, *self.symbols, *suffix)

    @property
    def frame_size(self) -> int:
        """The number of frame symbols: 0, 1 or 2."""
        return (self.prefix is not None) + (self.suffix is not None)

    @property
    def context_length(self) -> int | None:
        """The greatest framed length (the paper's n_ctx), or None where there is no end."""
        return None if self.max_length is None else self.max_length + self.frame_size

    @property
    def lengths(self) -> str:
        """The numbers of data symbols in words: `5`, `1 to 7`, `1 or more`."""
        if self.max_length is None:
            return f"{self.min_length} or more"
        if self.min_length == self.max_length:
            return f"{self.max_length}"
        return f"{self.min_length} to {self.max_length}"

    @cached_property
    def token_values(self) -> FiniteValues:
        """The value set of the variable `tokens`."""
        return FiniteValues(self.alphabet)

    @cached_property
    def position_values(self) -> FiniteValues | Naturals:
        """The value set of the variable `positions`; position 0 is the prefix where there is one."""
        if self.context_length is None:
            return Naturals()
        return FiniteValues(tuple(range(self.context_length)))

    def data_slice(self, framed_length: int) -> slice:
        """Return which positions of a framed sequence of this length hold data."""
        return slice(int(self.prefix is not None), framed_length - (self.suffix is not None))

    def frame(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """Return the framed sequence for data symbols, or for a sequence that is framed already.

        Raises:
            BadInput: it is empty, too short, too long, half framed or holds an unknown symbol.
        """
        given = tuple(tokens)
        head = () if self.prefix is None else (self.prefix,)
        tail = () if self.suffix is None else (self.suffix,)
        framed = (
            self.frame_size > 0
            and len(given) >= self.frame_size
            and given[: len(head)] == head
            and given[len(given) - len(tail) :] == tail
        )
        data = given[len(head) : len(given) - len(tail)] if framed else given
        self._check(data)
        return (*head, *data, *tail)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.symbols)

    def _check(self, data: tuple[str, ...]) -> None:
        if not data:
            raise BadInput("the input is empty; give at least one token")
        for token in data:
            if not isinstance(token, str):
                raise BadInput(f"the token {token!r} is no text; give every token as a string")
            if token in (self.prefix, self.suffix):
                raise BadInput(
                    f"the frame symbol {token!r} stands inside the input; give the data symbols alone"
                )
            if token not in self._known and self.unknown is None:
                shown = first_words([repr(symbol) for symbol in self.symbols], 40)
                raise BadInput(f"unknown token {token!r}; the tokens are {shown}")
        if len(data) < self.min_length:
            raise BadInput(
                f"the input has {len(data)} tokens, fewer than the least, {self.min_length}"
            )
        if self.max_length is not None and len(data) > self.max_length:
            raise BadInput(
                f"the input has {len(data)} tokens, more than the most, {self.max_length}"
            )


def _domain_problems(domain: Domain) -> list[str]:
    problems: list[str] = []
    frame = [symbol for symbol in (domain.prefix, domain.suffix) if symbol is not None]
    if not domain.symbols:
        problems.append("no data symbols")
    if not all(isinstance(symbol, str) for symbol in (*domain.symbols, *frame)):
        problems.append("symbols must be strings")
    if len(set(domain.symbols)) != len(domain.symbols):
        problems.append("data symbols repeat")
    if len(set(frame)) != len(frame):
        problems.append("prefix and suffix are the same symbol")
    problems += [
        f"frame symbol {symbol!r} is a data symbol too"
        for symbol in frame
        if symbol in domain.symbols
    ]
    if domain.min_length < 1:
        problems.append(f"least length {domain.min_length} is below 1")
    if domain.max_length is not None and domain.max_length < domain.min_length:
        problems.append(
            f"greatest length {domain.max_length} is below the least, {domain.min_length}"
        )
    if domain.scored is not None:
        problems += [
            f"scored symbol {symbol!r} is no data symbol"
            for symbol in domain.scored
            if symbol not in domain.symbols
        ]
    if domain.unknown is not None and domain.unknown not in domain.symbols:
        problems.append(f"the unknown symbol {domain.unknown!r} is no data symbol")
    return problems
