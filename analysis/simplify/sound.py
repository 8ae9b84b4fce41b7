"""The sound passes: each is right by its own argument on every domain, and needs no trial."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal, TypeAlias

from tprog.analysis.simplify.cost import Cost, cost
from tprog.analysis.simplify.passes.dataflow import (
    compose_lookups,
    drop_dead_votes,
    fold_constant_votes,
    merge_duplicates,
    replace_constants,
    skip_self_attention,
)
from tprog.analysis.simplify.passes.operations import fill_unreachable, narrow
from tprog.analysis.simplify.pruning import prune
from tprog.ir import Program

Kind: TypeAlias = Literal["sound", "checked"]

# Each with its name in reports; they run in this order. A new one is a function in `passes/` and a line here.
SOUND: tuple[tuple[str, Callable[[Program], Program]], ...] = (
    ("dead votes", drop_dead_votes),
    ("dead code", prune),
    ("unreachable", fill_unreachable),
    ("unused arguments", narrow),
    ("aliases", skip_self_attention),
    ("duplicates", merge_duplicates),
    ("constants", replace_constants),
    ("composed look-ups", compose_lookups),
    ("constant votes", fold_constant_votes),
)
# Rounds over all passes, in case two of them undo each other.
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class PassStep:
    """What one application of a pass did.

    Attributes:
        name: the pass.
        kind: whether it is sound by itself or checked by trial.
        before, after: the size of the Program.
        seconds: how long it took.
    """

    name: str
    kind: Kind
    before: Cost
    after: Cost
    seconds: float


def sound(program: Program, steps: list[PassStep] | None = None) -> Program:
    """Return the Program after all sound passes, again and again until nothing changes; `steps` gets what each did."""
    for _ in range(ROUNDS):
        start = program
        for name, apply in SOUND:
            began, before = monotonic(), cost(program)
            changed = apply(program)
            after = cost(changed)
            if after < before:
                program = changed
                if steps is not None:
                    steps.append(PassStep(name, "sound", before, after, monotonic() - began))
        if program == start:
            break
    return program
