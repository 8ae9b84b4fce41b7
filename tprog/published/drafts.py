"""Variables while a file is being read. Owns their order and how they become a Program's; refuses to read files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import final

from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Domain,
    FiniteValues,
    Input,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    TextRule,
    Tokens,
    Value,
    WordTable,
)

INPUT_ORDER = (Tokens, Positions, Ones, WordTable)


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A variable whose reads are numbered as drafts.

    Attributes:
        node: the input or operation.
        entries: the objects that its values stand for in the file; None for a numerical variable.
    """

    node: Input | Operation
    entries: tuple[object, ...] | None


class Drafts:
    """The variables that have been found so far.

    Attributes:
        domain: what the program is defined on.
        variables: the variables, in the order in which they were found.
    """

    def __init__(self, domain: Domain) -> None:
        """Begin without variables."""
        self.domain = domain
        self.variables: list[Draft] = []

    def add(self, node: Input | Operation, entries: tuple[object, ...] | None) -> int:
        """Add a variable and return its number."""
        self.variables.append(Draft(node, entries))
        return len(self.variables) - 1

    def tokens(self) -> int:
        """Return the variable of tokens."""
        return self._input(Tokens(), self.domain.alphabet)

    def positions(self) -> int:
        """Return the variable of positions."""
        values = self.domain.position_values
        assert isinstance(values, FiniteValues)
        return self._input(Positions(), values.values)

    def ones(self) -> int:
        """Return the numerical constant 1."""
        return self._input(Ones(), None)

    def _input(self, node: Input, entries: tuple[object, ...] | None) -> int:
        for number, draft in enumerate(self.variables):
            if type(draft.node) is type(node):
                return number
        return self.add(node, entries)

    def rename(self, number: int, name: str, layer: int | None, notes: tuple[str, ...]) -> None:
        """Give an operation its display name, layer and notes; the first ones stay."""
        draft = self.variables[number]
        node = draft.node
        if isinstance(node, Tokens | Positions | Ones) or node.name:
            return
        if isinstance(node, CategoricalHead | NumericalHead | CategoricalLookup | NumericalLookup):
            named: Input | Operation = replace(node, name=name, layer=layer, notes=notes)
        else:
            named = replace(node, name=name, notes=notes)
        self.variables[number] = Draft(named, draft.entries)

    def finished(
        self, voting: Collection[int]
    ) -> tuple[tuple[Input, ...], tuple[Operation, ...], dict[int, int]]:
        """Return the inputs, the operations, and the final number of every draft.

        Args:
            voting: the variables that vote; inputs that neither vote nor are read are left out.
        """
        used = {*voting}
        for draft in self.variables:
            if not isinstance(draft.node, Tokens | Positions | Ones | WordTable | TextRule):
                used.update(draft.node.reads)
        order = sorted(
            (number for number in range(len(self.variables)) if self._kept(number, used)),
            key=lambda number: (self._rank(number), number),
        )
        final = {number: place for place, number in enumerate(order)}
        inputs: list[Input] = []
        operations: list[Operation] = []
        for number in order:
            node = self.variables[number].node
            match node:
                case CategoricalHead() | NumericalHead():
                    operations.append(
                        replace(
                            node,
                            query=final[node.query],
                            key=final[node.key],
                            value=final[node.value],
                        )
                    )
                case CategoricalLookup(arguments=arguments) | NumericalLookup(arguments=arguments):
                    renumbered = tuple(final[argument] for argument in arguments)
                    operations.append(replace(node, arguments=renumbered))
                case _:
                    inputs.append(node)
        return tuple(inputs), tuple(operations), final

    def _kept(self, number: int, used: Collection[int]) -> bool:
        return self._rank(number) == len(INPUT_ORDER) or number in used

    def _rank(self, number: int) -> int:
        node = self.variables[number].node
        for rank, kind in enumerate(INPUT_ORDER):
            if isinstance(node, kind):
                return rank
        return len(INPUT_ORDER)


def as_values(entries: Sequence[object]) -> FiniteValues:
    """Return objects of a file as the values of a variable.

    Numbers stay numbers, and None (no branch applied) becomes a number that is not taken; everything else is its text.
    """
    present = [entry for entry in entries if entry is not None]
    found: list[Value] = []
    if all(type(entry) is int for entry in present):
        numbers = [entry for entry in present if isinstance(entry, int)]
        free = min([0, *numbers]) - 1
        found = [entry if isinstance(entry, int) else free for entry in entries]
    else:
        texts = {str(entry) for entry in present}
        missing = "None"
        while missing in texts:
            missing += "_"
        found = [missing if entry is None else str(entry) for entry in entries]
    return FiniteValues(tuple(found))
