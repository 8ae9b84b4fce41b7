"""What a pass is. Owns the protocol; refuses to know any pass.

A pass is a small frozen value with a name. A *sound* pass is right by its own argument and needs no trial; a *checked* pass
proposes changes and lets `Trials` judge them.
"""

from typing import Literal, Protocol, TypeAlias

from tprog.analysis.simplify.trials import Trials
from tprog.ir import Program

Kind: TypeAlias = Literal["sound", "checked"]


class SoundPass(Protocol):
    """A rewriting that keeps every prediction, on every domain.

    Attributes:
        name: as it stands in reports.
    """

    @property
    def name(self) -> str:
        """How reports call it."""
        ...

    def apply(self, program: Program) -> Program:
        """Return a Program with the same predictions that is no longer."""
        ...


class CheckedPass(Protocol):
    """A search for changes that the sample accepts.

    Attributes:
        name: as it stands in reports.
    """

    @property
    def name(self) -> str:
        """How reports call it."""
        ...

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that `trials` accepted, or the given one."""
        ...
