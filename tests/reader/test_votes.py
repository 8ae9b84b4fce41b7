"""Votes, labels and what is done with them are read from the constants."""

from dataclasses import replace
from typing import Any

import pytest
from codegen.test_module import zoo_program
from example_programs import hist_program

from tprog.codegen import emit
from tprog.errors import UnreadableSource
from tprog.evaluate import predict
from tprog.ir import CategoricalVotes, Classifier, Program
from tprog.reader import read_source

ZOO = emit(zoo_program())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('    "previous": {', '    "nobody": {', "which run does not compute"),
        ('        "a":     (      0,     3,   -3),\n', "", "votes of 'a' are missing"),
        ('"a":     (', '"zzz":     (', "does not belong here"),
        ("(      0,   100,    0)", "(      0,   100)", "3 whole numbers"),
        ("(      0,   100,    0)", "(      0,   1.5,    0)", "3 whole numbers"),
        ("(      0,   100,    0)", "(      0,   str,    0)", "literal"),
        ('    "num_mlp_0_0": {', '    "previous": {', "votes twice"),
        ('    "count_own": (', '    "tokens": (', "is no number"),
        ('    "num_mlp_0_0": {', '    "count_own": {', "no values of its own"),
        ('MASKED = ("<pad>",)', 'MASKED = ("<unk>",)', "lists labels only"),
        ('MASKED = ("<pad>",)', "MASKED = (1,)", "must list strings"),
        ('Label = Literal["<pad>", "yes", "no"]', "Label = Literal[1, 2, 3]", "labels are strings"),
        ('MASKED = ("<pad>",)', 'MASKED = ("<pad>", "yes", "no")', "every label is masked"),
        ("FIRST_LABEL = ", "FIRST_LABEL, OTHER = 1, ", "nothing uses OTHER|must be a string"),
        (
            "UNIT_VOTES: dict[str, Sequence[int]] = {",
            "UNIT_VOTES: dict[str, Sequence[int]] = {**{}, ",
            "names None",
        ),
    ],
)
def test_broken_votes_are_refused(old: str, new: str, message: str) -> None:
    """Each mistake is named at a line."""
    assert old in ZOO
    with pytest.raises(UnreadableSource, match=rf"<string>:\d+: .*({message})"):
        read_source(ZOO.replace(old, new, 1))


def test_votes_must_be_tables() -> None:
    """Neither the table nor a variable's part of it can be something else."""
    program = hist_program()
    text = emit(program)
    start, end = text.index("VOTES: "), text.index("# fmt: on")
    for value in ("3", '{"own_count": 3}'):
        changed = (
            f"{text[:start]}VOTES: dict[str, dict[Any, Sequence[int]]] = {value}\n{text[end:]}"
        )
        with pytest.raises(UnreadableSource, match="dict from a"):
            read_source(changed)


def test_the_order_of_rows_and_variables_does_not_matter() -> None:
    """Votes mean the same in any order."""
    lines = emit(hist_program()).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("        0: ("))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert read_source("\n".join(lines)) == hist_program()


@pytest.mark.parametrize("spoken", [(), (0,), (2, 5)])
@pytest.mark.parametrize("pooled", [False, True])
def test_silent_values_have_no_row(spoken: tuple[int, ...], pooled: bool) -> None:
    """Many rows of zeros are left out, and come back; the program labels as before, and a row may be added."""
    program = hist_program(tuple("abcdefghi"), 3)
    rows = tuple((3, row, -1) if row in spoken else (0, 0, 0) for row in range(10))
    classifier = Classifier(("x", "y", "z"), (CategoricalVotes(0, rows),), pooled=pooled)
    changed = replace(program, classifier=classifier)
    text = emit(changed)
    assert text.count(": (") == len(spoken)
    assert read_source(text) == changed
    space: dict[str, Any] = {"__name__": "program"}
    exec(compile(text, "program.py", "exec"), space)
    words = [["a", "b"], ["e", "e", "i"], ["d"]]
    assert [space["run"](each) for each in words] == predict(changed, words)
    more = text.replace('    "tokens": {\n', '    "tokens": {\n        "h": (1, 2, 3),\n')
    more = more.replace('    "tokens": {},\n', '    "tokens": {"h": (1, 2, 3)},\n')
    found = read_source(more).classifier.votes[0]
    assert isinstance(found, CategoricalVotes)
    assert found.weights[8] == (1, 2, 3)


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("masked", [(), (0,)])
@pytest.mark.parametrize("silent", [False, True])
def test_the_end_of_run_says_whether_outputs_are_pooled(
    pooled: bool, masked: tuple[int, ...], silent: bool
) -> None:
    """Pooled and masked classifiers are told apart, even without votes."""
    program = hist_program()
    classifier = replace(program.classifier, pooled=pooled, masked=masked)
    if silent:
        classifier = Classifier(classifier.labels, (), masked, pooled)
    changed = Program(program.domain, program.inputs, program.operations, classifier)
    assert read_source(emit(changed)) == changed


def test_a_row_may_have_a_name() -> None:
    """Values share the row that was named last; before that the name stands for nothing."""
    text = emit(hist_program(("a", "b"), 2))
    named = text.replace("1: (  0,  10,   0),", "1: (votes := (0, 10, 0)), 2: votes,", 1)
    changed = named.replace("        2: (  0,   0,  10),\n", "", 1)
    weights = read_source(changed).classifier.votes[0]
    assert isinstance(weights, CategoricalVotes)
    assert weights.weights == ((10, 0, 0), (0, 10, 0), (0, 10, 0))
    with pytest.raises(UnreadableSource, match="literal values"):
        read_source(changed.replace("(votes := (0, 10, 0))", "(0, 10, 0)", 1))
