"""Every kind of head has its runtime function."""

import pytest

from tprog.codegen.attending import needed_functions, remembers, runtime_head, runtime_name
from tprog.ir import (
    ByScore,
    CategoricalHead,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    Ones,
    Positions,
    Program,
    TextRule,
    TieBreak,
    Tokens,
)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("tie", [Nearest(), Nearest("matches"), First(), ByScore(()), None])
def test_names_and_heads_belong_together(tie: TieBreak | None, causal: bool) -> None:
    """A head's function says how it breaks ties and whether it looks to the right."""
    head = (
        NumericalHead(0, 0, 1, Constant(True), causal)
        if tie is None
        else CategoricalHead(0, 0, 0, Constant(True), tie, causal)
    )
    assert runtime_head(runtime_name(head)) == (tie, causal)


def test_other_functions_are_no_way_to_attend() -> None:
    """Only the runtime's names are known."""
    assert runtime_head("attend_somehow") is None
    assert runtime_head("print") is None


def test_only_what_is_used_is_needed() -> None:
    """A program carries the functions of its own heads and rules alone."""
    program = Program(
        Domain(("a",), 2),
        (Tokens(), Positions(), Ones(), TextRule("shape", FiniteValues(("x",)), 0)),
        (NumericalHead(0, 0, 2, Constant(True), causal=True),),
        Classifier(("x",), ()),
    )
    assert remembers(program)
    assert needed_functions(program) == {"count_past", "matches", "word_shape"}
