"""The Program: an immutable value made of finite tables.

Everything in tprog speaks Program. Training, readers and compilers produce it; emission, evaluation and analysis consume
it. Two Programs are equal when they have the same structure; display names, notes, layers and provenance do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tprog import hooks
from tprog.ir.classifier import Classifier
from tprog.ir.domain import Domain, FiniteValues, Integers, Values
from tprog.ir.facts import Fact, read_fact, write_fact
from tprog.ir.inputs import Input, Ones, Positions, TextRule, Tokens, WordTable
from tprog.ir.names import operation_layers, variable_names
from tprog.ir.operations import (
    CategoricalHead,
    CategoricalLookup,
    Head,
    NumericalHead,
    NumericalLookup,
    Operation,
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a Program comes from. Ignored by equality.

    Attributes:
        title: one line that names the program.
        task: the task's specification, such as `sort` or `sort:vocabulary=16,length=16`; None where it is unknown.
        facts: on accuracy and how the program was made; a text that says a fact of `tprog.ir.facts` becomes it.
    """

    title: str = ""
    task: str | None = None
    facts: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        read = tuple(read_fact(fact) if isinstance(fact, str) else fact for fact in self.facts)
        object.__setattr__(self, "facts", read)

    @property
    def lines(self) -> tuple[str, ...]:
        """The facts as sentences."""
        return tuple(map(write_fact, self.facts))


@dataclass(frozen=True)
class Program(hooks.Shown):
    """A Transformer Program.

    Attributes:
        domain: the sequences that it is defined on.
        inputs: the variables known before the first layer.
        operations: heads and look-ups, each after everything that it reads.
        classifier: the votes that make the prediction.
        provenance: where it comes from; ignored by equality.
    """

    domain: Domain
    inputs: tuple[Input, ...]
    operations: tuple[Operation, ...]
    classifier: Classifier
    provenance: Provenance = field(default=Provenance(), compare=False)

    @cached_property
    def variables(self) -> tuple[Input | Operation, ...]:
        """Every variable in order: the inputs, then the operations. Indices refer to this tuple."""
        return (*self.inputs, *self.operations)

    @cached_property
    def values(self) -> tuple[Values, ...]:
        """The value set of every variable, in the order of `variables`."""
        sets: list[Values] = []
        for variable in self.variables:
            match variable:
                case Tokens():
                    sets.append(self.domain.token_values)
                case Positions():
                    sets.append(self.domain.position_values)
                case Ones() | NumericalHead():
                    sets.append(Integers())
                case WordTable() | TextRule() | CategoricalLookup() | NumericalLookup():
                    sets.append(variable.values)
                case CategoricalHead(value=value):
                    sets.append(sets[value])
        return tuple(sets)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A distinct identifier for every variable: its display name, or a default made from kind and layer."""
        return variable_names(self.inputs, self.operations, self.layers)

    @cached_property
    def layers(self) -> tuple[int, ...]:
        """The layer of every operation, from 0: the one that it was given, never below what its reads demand."""
        return operation_layers(len(self.inputs), self.operations)

    @property
    def causal(self) -> bool:
        """Whether no head can look to the right, so that a prefix's predictions never change."""
        return not self.classifier.pooled and all(
            operation.causal
            for operation in self.operations
            if isinstance(operation, CategoricalHead | NumericalHead)
        )

    def finite_values(self, variable: int) -> FiniteValues:
        """Return the finite value set of a categorical variable.

        Raises:
            TypeError: the variable is numerical or has no end.
        """
        values = self.values[variable]
        if not isinstance(values, FiniteValues):
            raise TypeError(f"variable {variable} has no finite value set")
        return values

    def __repr__(self) -> str:
        heads = sum(isinstance(one, Head) for one in self.operations)
        longest = self.domain.max_length
        name = self.provenance.task or self.provenance.title or "without a task"
        sizes = {"layer": len(set(self.layers)), "head": heads}
        sizes |= {"look-up": len(self.operations) - heads, "symbol": len(self.domain.symbols)}
        counted = [f"{size} {word}{'' if size == 1 else 's'}" for word, size in sizes.items()]
        length = "any length" if longest is None else f"up to {longest} of them"
        return f"<Program {name!r}: {', '.join(counted)}, {length}>"

    def run(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels for one input: one for each data symbol, or one in all where outputs are pooled.

        Raises:
            BadInput: the tokens lie outside the domain.
        """
        return hooks.run(self, tokens)
