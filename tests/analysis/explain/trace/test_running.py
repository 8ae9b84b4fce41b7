"""Tests of running examples in emitted code, watched."""

from pathlib import Path

import coverage
import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from strategies import programs
from tracing import faulty_hist, labelled_by, some_examples

from tprog.analysis.explain.trace.running import evaluated, new_coverage, watch
from tprog.codegen import emit
from tprog.ir import Program


@given(programs(max_inputs=20, max_operations=3))
@settings(max_examples=scaled(15))
def test_the_code_is_observed_to_do_what_the_evaluator_does(program: Program) -> None:
    """Every column, answer and wrong label of the watched run is the evaluator's."""
    found = labelled_by(program, program)
    for seen, same in zip(watch(found, "/e.py").groups, evaluated(found), strict=True):
        for column, other in zip(seen.columns, same.columns, strict=True):
            assert np.array_equal(column, other)
        assert np.array_equal(seen.wrong, same.wrong)
        assert np.array_equal(seen.answers[seen.asked], same.answers[same.asked])


def test_a_line_ran_in_the_examples_that_need_it() -> None:
    """Lines are known by example; nothing is remembered from one example to the next."""
    program = faulty_hist()
    examples = some_examples(program)
    watched = watch(examples, "/e.py")
    text = watched.source.split("\n")
    inside = next(n for n, line in enumerate(text, 1) if line == "    return key == token")
    assert watched.lines[inside].tolist() == list(range(len(examples)))


@pytest.mark.filterwarnings("error")
def test_lines_are_known_by_example_whatever_core_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The core that forgets contexts is not used, and nothing is said of it."""
    monkeypatch.setenv("COVERAGE_CORE", "sysmon")
    assert new_coverage("/e.py").get_option("run:core") == "ctrace"
    found = watch(some_examples(faulty_hist(), 3), "/e.py")
    assert set().union(*(examples.tolist() for examples in found.lines.values())) == {0, 1, 2}


def test_coverage_reads_the_data_file(tmp_path: Path) -> None:
    """The file holds one context for each example, and the lines that it ran."""
    program = faulty_hist()
    examples = some_examples(program, 10)
    place, data_file = tmp_path / "emitted.py", tmp_path / "data"
    place.write_text(emit(program))
    watch(examples, str(place), data_file)
    data = coverage.CoverageData(str(data_file))
    data.read()
    wanted = {"", *(f"example {number}" for number in range(1, len(examples) + 1))}
    assert data.measured_contexts() == wanted
    assert data.measured_files() == {str(place)}
    assert {path.name for path in tmp_path.iterdir()} == {"data", "emitted.py"}


def test_an_interrupted_run_leaves_no_data_file(tmp_path: Path) -> None:
    """Ctrl-C in the middle leaves nothing half-written."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(some_examples(faulty_hist()), "/e.py", tmp_path / "data", interrupt)
    assert list(tmp_path.iterdir()) == []
