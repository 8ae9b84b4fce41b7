"""Words as entries of input variables. Owns reading a word by its text; refuses to know where it stands."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tprog.errors import BadInput
from tprog.evaluate.inputs import Batch
from tprog.evaluate.steps import Array
from tprog.ir import Program, TextRule, Tokens, WordTable


@dataclass(slots=True, eq=False)
class WordReader:
    """Reads words for a Program, each word once.

    Words are read by their text, so that a batch of another domain with the same symbols is read rightly.

    Attributes:
        program: a valid Program.
    """

    program: Program
    _symbols: dict[str, int] = field(init=False, repr=False)
    _entries: dict[str, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Number the symbols of the domain."""
        self._symbols = {symbol: i for i, symbol in enumerate(self.program.domain.alphabet)}

    def tables(self, batch: Batch, code: "np.dtype[Any]") -> Array:
        """Return `(input variables, words)`: the entry of each word that occurs in a batch; 0 for others.

        Positions and ones do not depend on the word and have 0 everywhere.

        Args:
            batch: framed sequences.
            code: the type of categorical arrays.

        Raises:
            BadInput: a word that occurs is no token of a closed vocabulary.
        """
        tables = np.zeros((len(self.program.inputs), len(batch.words)), dtype=code)
        used = np.flatnonzero(np.bincount(batch.indices.ravel(), minlength=len(batch.words)))
        if used.size and self.program.inputs:
            entries = [self.entries(batch.words[number]) for number in used.tolist()]
            tables[:, used] = np.array(entries, dtype=np.int64).T
        return tables

    def entries(self, word: str) -> tuple[int, ...]:
        """Return the entry of a word for each input variable.

        Raises:
            BadInput: the word is no token of a closed vocabulary.
        """
        found = self._entries.get(word)
        if found is None:
            found = self._entries[word] = self._read(word)
        return found

    def _read(self, word: str) -> tuple[int, ...]:
        unknown = self.program.domain.unknown
        symbol = self._symbols.get(word)
        if symbol is None:
            if unknown is None:
                raise BadInput(
                    f"unknown token {word!r}; "
                    "give a batch whose tokens are those of this program's domain"
                )
            symbol = self._symbols[unknown]
        entries: list[int] = []
        for variable in self.program.inputs:
            match variable:
                case Tokens():
                    entries.append(symbol)
                case WordTable(table=table):
                    entries.append(table[symbol])
                case TextRule():
                    entries.append(variable.index(word))
                case _:
                    entries.append(0)
        return tuple(entries)
