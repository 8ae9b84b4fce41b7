"""Which runtime function each head needs. Owns the names; refuses to build trees."""

from tprog.ir import (
    ByScore,
    CategoricalHead,
    First,
    Head,
    Nearest,
    NumericalHead,
    Program,
    TextRule,
    TieBreak,
)

PAST = "_past"
WORD_SHAPE = "word_shape"
MATCHES = "matches"

# The functions that ask `matches`.
REMEMBERING = frozenset(("attend_past", "attend_ranked", "attend_ranked_past", "count_past"))


def runtime_name(head: Head) -> str:
    """Return the name of the runtime function by which a head attends; `_past` marks a causal one."""
    match head:
        case NumericalHead():
            found = "count"
        case CategoricalHead(tie=Nearest("matches")):
            found = "attend_ranked"
        case CategoricalHead(tie=First()):
            found = "attend_first"
        case CategoricalHead(tie=ByScore()):
            found = "attend_best"
        case CategoricalHead():
            found = "attend"
    return found + PAST * head.causal


def runtime_head(function: str) -> tuple[TieBreak | None, bool] | None:
    """Return the tie-break (None for counting) and whether it is causal, for the name of a runtime function.

    A tie-break by score is returned without scores. Other names give None.
    """
    causal = function.endswith(PAST)
    match function.removesuffix(PAST):
        case "attend":
            return Nearest(), causal
        case "attend_ranked":
            return Nearest("matches"), causal
        case "attend_first":
            return First(), causal
        case "attend_best":
            return ByScore(()), causal
        case "count":
            return None, causal
        case _:
            return None


def needed_functions(program: Program) -> set[str]:
    """Return the names of the runtime functions that a program uses."""
    needed = {
        runtime_name(operation)
        for operation in program.operations
        if isinstance(operation, CategoricalHead | NumericalHead)
    }
    if needed & REMEMBERING:
        needed.add(MATCHES)
    rules = [variable for variable in program.inputs if isinstance(variable, TextRule)]
    return needed | {WORD_SHAPE for rule in rules if rule.feature == "shape"}


def remembers(program: Program) -> bool:
    """Tell whether a program's runtime remembers matches from one input to the next."""
    return MATCHES in needed_functions(program)
