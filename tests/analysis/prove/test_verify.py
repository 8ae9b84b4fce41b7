"""Tests of verdicts that rest on a proof."""

import importlib.util
from dataclasses import replace

import pytest
from example_programs import hist_program, reverse_program
from shuffling import shuffled

from tprog.analysis.prove.by_z3 import SolverResult
from tprog.analysis.prove.verify import by_rewriting, counterexample, verify
from tprog.analysis.verify.compare import Question
from tprog.ir import CategoricalLookup, CategoricalVotes, Classifier, Program
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")


def copied(program: Program) -> Program:
    """Return a Program of the same labels in which a look-up's value is voted for by way of a pair of variables."""
    vote = program.classifier.votes[-1]
    assert isinstance(vote, CategoricalVotes)
    size = len(program.finite_values(vote.variable))
    tokens = len(program.finite_values(0))
    pair = CategoricalLookup(
        (vote.variable, 0),
        program.finite_values(vote.variable),
        tuple(value for value in range(size) for _ in range(tokens)),
    )
    votes = (*program.classifier.votes[:-1], replace(vote, variable=len(program.variables)))
    classifier = replace(program.classifier, votes=votes)
    return replace(program, operations=(*program.operations, pair), classifier=classifier)


def with_votes(program: Program, row: int, label: int, weight: int) -> Program:
    """Return a Program with another weight in the last votes."""
    classifier: Classifier = program.classifier
    vote = classifier.votes[-1]
    assert isinstance(vote, CategoricalVotes)
    rows = [list(found) for found in vote.weights]
    rows[row][label] = weight
    weights = tuple(map(tuple, rows))
    votes = (*classifier.votes[:-1], replace(vote, weights=weights))
    return replace(program, classifier=replace(classifier, votes=votes))


def test_rewriting_speaks_of_programs_alone() -> None:
    """A task is no program, and a program that stays another one is not proved."""
    program = hist_program(DIGITS)
    verdict = verify(program, program, limit=5)
    for other in (get_task("hist:vocabulary=5,length=5"), reverse_program(DIGITS)):
        assert by_rewriting(Question(program, other, verdict, 1.0, True)) is verdict
    found = Question(program, shuffled(program, 2)[0], verdict, 1.0, True)
    assert by_rewriting(found).outcome == "equal"


def test_a_counterexample_holds_labels_where_they_count() -> None:
    """Positions that the reference does not score hold no label."""
    program = reverse_program(DIGITS)
    scored = replace(program, domain=replace(program.domain, scored=("0",)))
    found = counterexample(hist_program(DIGITS), scored, ("0", "1", "2"))
    assert found.expected == ("2", None, None)
    assert found.got == ("1", None, None)
    assert found.places == (0,)


def test_the_solver_settles_what_a_sample_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal for every length, or a shortest input that differs; without rewriting, for it would settle this too."""
    monkeypatch.setattr("tprog.analysis.prove.by_rewriting.same_by_rewriting", lambda *_: False)
    program = reverse_program(DIGITS)
    verdict = verify(copied(program), program, limit=5, proof=30.0)
    assert (verdict.outcome, verdict.proof) == ("equal", "solver")
    assert verdict.basis == "proved: a proof by z3 for every input of lengths 1 to 4"
    assert verify(copied(program), program).outcome == "equal"


def test_the_solver_finds_what_a_sample_does_not_hold() -> None:
    """The input is a shortest one and differs, which enumeration confirms."""
    program = reverse_program(DIGITS)
    whole = [
        found
        for row in range(len(program.finite_values(program.classifier.votes[-1].variable)))
        if verify(found := with_votes(program, row, 0, 10**6), program).outcome == "different"
    ]
    assert whole
    for other in whole:
        verdict = verify(other, program, limit=1, proof=30.0)
        known = verify(other, program).counterexample
        assert verdict.outcome == "different"
        assert verdict.counterexample is not None
        assert known is not None
        if verdict.proof is not None:
            assert len(verdict.counterexample.tokens) == len(known.tokens)
            assert verdict.basis == "found by z3, after 1 inputs without a difference"


def test_without_a_solver_one_note_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else is as before."""
    found = importlib.util.find_spec
    monkeypatch.setattr("tprog.analysis.prove.by_rewriting.same_by_rewriting", lambda *_: False)
    monkeypatch.setattr(
        "tprog.analysis.prove.verify.find_spec",
        lambda name, *rest: None if name == "z3" else found(name, *rest),
    )
    program = hist_program(DIGITS)
    plain = verify(program, program, limit=5)
    verdict = verify(program, program, limit=5, proof=1.0)
    assert verdict.outcome == "unknown"
    assert verdict.notes == ("no proof by a solver was tried; pip install 'tprog[proof]' adds one",)
    assert replace(verdict, notes=()) == replace(plain, notes=())


def test_a_solver_that_has_no_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The note says how long it was asked and what is known nevertheless."""
    monkeypatch.setattr("tprog.analysis.prove.by_rewriting.same_by_rewriting", lambda *_: False)
    asked = SolverResult("unknown", 2, 60.2)
    monkeypatch.setattr("tprog.analysis.prove.by_z3.prove", lambda *_: asked)
    program = hist_program(DIGITS)
    verdict = verify(program, program, limit=5, proof=60.0)
    assert verdict.notes == (
        "z3 was asked for 60 s and could not decide, except that no input up to length 2 differs",
    )
