"""Cells that no training example reached."""

from example_programs import hist_program

from tprog.analysis.measure.guesses import guesses
from tprog.ir import CategoricalVotes, Classifier, Domain, Program, Tokens
from tprog.tasks.dataset import Split, make_dataset
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


def test_what_only_unseen_inputs_reach_is_a_guess() -> None:
    """A count that no training example has is named; with such an example nothing is."""
    program = hist_program(("0", "1", "2"), 4)
    task = get_task("hist:vocabulary=5,length=5")
    seen = Split(task, (("0",), ("1", "1"), ("2", "0", "2", "2")))
    found = guesses(program, seen)
    assert found.exhaustive
    assert found.inputs == 3 + 9 + 27 + 81
    assert [cell.at for cell in found.cells] == [(4,)]
    assert found.count == 1
    whole = Split(task, (*seen.sequences, ("1", "1", "1", "1")))
    assert guesses(program, whole).count == 0


def test_rows_of_votes_are_named_where_tokens_vote() -> None:
    """A symbol that no training example holds votes by a guess; the look-up over its count does not."""
    domain = Domain(("a", "b"), 2)
    votes = (CategoricalVotes(0, ((1, 0), (0, 1), (0, 0))),)
    program = Program(domain, (Tokens(),), (), Classifier(("x", "y"), votes))
    task = Task(
        "letters", domain, ("x", "y"), lambda data: ["x" if s == "a" else "y" for s in data]
    )
    found = guesses(program, Split(task, (("a",), ("a", "a"))))
    assert list(map(str, found.cells)) == ["votes of tokens for b"]


def test_a_learned_program_of_many_examples_guesses_nothing() -> None:
    """Where training examples are most of the domain, every cell is reached."""
    task = get_task("hist:vocabulary=5,length=5")
    data = make_dataset(task, 0)
    assert guesses(hist_program(task.domain.symbols, 4), data.train).count == 0
