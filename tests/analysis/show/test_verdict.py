"""The page of a verdict."""

from dataclasses import replace

from example_programs import reverse_program
from terminal import printed as lines_of

from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.prove.verify import verify
from tprog.analysis.show.verdict import verdict_page
from tprog.analysis.verify.verdict import Verdict
from tprog.ir import CategoricalLookup
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")
TASK = get_task("reverse:vocabulary=6,length=6")


def printed(verdict: Verdict, width: int = 100) -> list[str]:
    """Return the lines of a verdict on a terminal."""
    return lines_of(verdict_page(verdict, width), width)


def test_equal_says_on_how_many_inputs() -> None:
    """A proof by counting names the count."""
    lines = printed(verify(reverse_program(DIGITS), TASK, names=("mine", None)))
    assert lines == [
        f"equal: mine gives the same labels as task {TASK.spec}",
        "compared on every one of 120 inputs, 426 labels",
    ]


def test_unknown_never_sounds_like_equal() -> None:
    """A sample that shows no difference proves nothing, and the page says so."""
    lines = printed(verify(reverse_program(DIGITS), TASK, limit=50, names=("mine", "theirs")))
    assert lines[0] == "not decided: no difference was found between mine and theirs"
    assert "not proved" in lines[1]


def test_a_difference_shows_the_shortest_input_and_both_answers() -> None:
    """The counterexample stands there with both answers and the places marked."""
    program = reverse_program(DIGITS)
    lookup = program.operations[1]
    assert isinstance(lookup, CategoricalLookup)
    table = (*lookup.table[:9], 1, *lookup.table[10:])
    wrong = replace(
        program,
        operations=(program.operations[0], replace(lookup, table=table), program.operations[2]),
    )
    verdict = verify(wrong, TASK, names=("mine", "truth"))
    lines = printed(verdict)
    assert lines[0] == "different: mine does not always give the labels of truth"
    assert "6 inputs differ, in 6 labels" in lines
    assert lines[-4:] == [
        "the shortest input that differs:",
        "input  0  1",
        "truth  1  0",
        "mine   0  0",
    ]
    sampled = verify(wrong, TASK, limit=4)
    if sampled.counterexample is not None:
        assert "an input that differs:" in printed(sampled)


def test_long_answers_stand_under_each_other_in_blocks() -> None:
    """Where the terminal is narrow, input and both answers go on together in a further block."""
    example = Counterexample(("a", "bb", "c", "d"), ("x", None, "long", "y"), ("x", None, "z", "y"))
    verdict = replace(
        verify(reverse_program(DIGITS), TASK, names=("mine", "truth")),
        outcome="different",
        counterexample=example,
    )
    assert printed(verdict, 40)[-3:] == [
        "input  a  bb  c     d",
        "truth  x  .   long  y",
        "mine   x  .   z     y",
    ]
    assert printed(verdict, 15)[-7:] == [
        "input  a  bb",
        "truth  x  .",
        "mine   x  .",
        "",
        "input  c     d",
        "truth  long  y",
        "mine   z     y",
    ]


def test_a_single_label_for_an_input_needs_no_columns() -> None:
    """Pooled answers stand beside their names."""
    verdict = replace(
        verify(reverse_program(DIGITS), TASK, names=("mine", "truth")),
        outcome="different",
        counterexample=Counterexample(("a", "b"), ("x",), ("y",)),
    )
    assert printed(verdict)[-3:] == ["input  a b", "truth  x", "mine   y"]
