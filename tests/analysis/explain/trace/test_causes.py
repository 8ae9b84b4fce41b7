"""Tests of errors grouped by cause."""

import numpy as np
from tracing import FAULT, faulty_hist, some_examples

from tprog.analysis.explain.cells import Branch, Part, with_content
from tprog.analysis.explain.trace.causes import group_errors, list_failures
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.spectrum import collect
from tprog.analysis.explain.trace.suspects import find_suspects
from tprog.ir import Rectangle


def test_two_faults_are_two_causes() -> None:
    """Errors of two wrong entries go to one each, and no error goes to two causes."""
    other = Branch(Part(4, "look-up"), 2)
    program = with_content(faulty_hist(), other, Rectangle(((3, 3),), 4))
    examples = some_examples(program, 80)
    observed = evaluated(examples)
    spectra = collect(program, observed)
    failures = list_failures(examples, observed)
    suspects = find_suspects(examples, observed, spectra, "ochiai")
    causes = group_errors(suspects, spectra, failures, "ochiai")
    assert {cause.branch for cause in causes} == {FAULT, other}
    assert all(cause.proved for cause in causes)
    members = np.concatenate([cause.members for cause in causes])
    assert sorted(members.tolist()) == list(range(spectra.failing))


def test_a_failure_names_its_place_and_labels() -> None:
    """Wrong labels are listed in order, with token, right and given label."""
    program = faulty_hist()
    examples = some_examples(program)
    failures = list_failures(examples, evaluated(examples))
    for failure in failures:
        assert failure.place is not None
        assert failure.tokens.count(failure.tokens[failure.place]) == 2
        assert (failure.wanted, failure.given) == ("2", "1")
    assert len(failures) == collect(program, evaluated(examples)).failing


def test_what_no_repair_fixes_is_not_called_proved() -> None:
    """Without repairs all errors go to the branch that best tells them apart."""
    program = faulty_hist()
    examples = some_examples(program)
    observed = evaluated(examples)
    spectra = collect(program, observed)
    failures = list_failures(examples, observed)
    suspects = [
        type(one)(one.branch, one.suspicion, one.failed, one.passed, None)
        for one in find_suspects(examples, observed, spectra, "ochiai")
    ]
    (cause,) = group_errors(suspects, spectra, failures, "ochiai")
    assert not cause.proved
    assert len(cause.members) == len(failures)
    assert cause.shortest.tokens == min((one.tokens for one in failures), key=len)
