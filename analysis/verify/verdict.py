"""The outcome of a comparison, and what it rests on."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tprog.analysis.measure.predictors import Counterexample, lengths_text
from tprog.hooks import Shown
from tprog.json_values import Formatted

Outcome: TypeAlias = Literal["equal", "different", "unknown"]
# Both programs become the same one, or a solver found no input that differs.
Proof: TypeAlias = Literal["rewriting", "solver"]


@dataclass(frozen=True, slots=True)
class Verdict(Formatted, Shown):
    """The outcome of a comparison.

    Attributes:
        outcome: `equal` on every input; `different` somewhere; `unknown` where no difference was found in a sample.
        checked: the name of what was checked.
        against: the name of the reference.
        exhaustive: whether every input was compared.
        inputs: how many inputs were compared.
        positions: how many labels were compared, those that the reference scores.
        differing_inputs: on how many inputs some label differs.
        differing_positions: how many labels differ.
        lengths: the least and greatest number of data symbols compared.
        common_only: whether one side is defined on further lengths, which were left out.
        complete_up_to: every input with at most so many data symbols was compared; None where that is none.
        beginnings: whether `complete_up_to` speaks of the beginnings of inputs: neither side's labels depend on what
            follows, so every label at those symbols was compared.
        in_time: whether the comparison ended by itself.
        examples: whether the inputs are given examples, of which there may be any number of others.
        proof: what decided where inputs were too many to compare: rewriting both, or z3; None where nothing had to.
        notes: what one should know besides, such as lengths that only one side is defined on.
        counterexample: the shortest input that differs, the first of these in the order of the symbols.
        how: what was compared, in a few words.
    """

    outcome: Outcome
    checked: str
    against: str
    exhaustive: bool
    inputs: int
    positions: int
    differing_inputs: int
    differing_positions: int
    lengths: tuple[int, int]
    common_only: bool
    complete_up_to: int | None
    notes: tuple[str, ...]
    counterexample: Counterexample | None
    beginnings: bool = False
    in_time: bool = True
    examples: bool = False
    proof: Proof | None = None
    how: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Say what was compared."""
        object.__setattr__(self, "how", self._how())

    @property
    def basis(self) -> str:
        """What the outcome rests on, for people."""
        if self.proof is not None:
            return f"{'found by' if self.outcome == 'different' else 'proved:'} {self.how}"
        labels = f"{self.positions:,} label{'' if self.positions == 1 else 's'}"
        return f"compared on {self.how}, {labels}"

    def _how(self) -> str:
        if self.proof == "rewriting":
            return "both become the same program by rewritings that hold on every input"
        if self.proof == "solver":
            if self.outcome == "different":
                return f"z3, after {self.inputs - 1:,} inputs without a difference"
            return f"a proof by z3 for every input of {lengths_text(*self.lengths)}"
        if self.exhaustive:
            common = " that both are defined on" if self.common_only else ""
            if self.examples:
                return f"all {self.inputs:,} examples{common}"
            return f"every one of {self.inputs:,} inputs{common}"
        if not self.in_time:
            return f"{self.inputs:,} inputs until it was stopped, not proved"
        if self.complete_up_to is None:
            return f"{self.inputs:,} sampled inputs, not proved"
        what = "beginning" if self.beginnings else "input"
        return (
            f"every {what} up to length {self.complete_up_to} and samples of longer ones, "
            f"{self.inputs:,} in all, not proved"
        )

    def __repr__(self) -> str:
        """Say the outcome in one line, and what it rests on."""
        return (
            f"<Verdict {self.outcome!r}: {self.checked!r} against {self.against!r}, {self.basis}>"
        )
