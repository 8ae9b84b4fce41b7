"""The page of an analysis."""

from dataclasses import replace

import pytest
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given, settings
from strategies import programs
from terminal import printed as lines_of

from tprog.analysis.explain.summary import Summary, summarize
from tprog.analysis.show.summary import summary_page
from tprog.codegen import emit
from tprog.ir import Program, Provenance

DIGITS = ("0", "1", "2")


def printed(summary: Summary, width: int = 100) -> list[str]:
    """Return the lines of a page."""
    return lines_of(summary_page(summary), width)


def test_a_perfect_program_reads_so_at_a_glance() -> None:
    """Title, task, accuracy, size and parts stand in a few lines, without a table of failures."""
    lines = printed(
        summarize(reverse_program(DIGITS), source="import sys\nVOTES = [\n]\nprint(1)\n")
    )
    assert lines[:4] == [
        "reverse, written by hand",
        "task       reverse:vocabulary=6,length=6",
        "accuracy   100 %  all 426 labels right on every one of 120 inputs",
        "test data  100 %  all 42 labels right on 12 test inputs, seed 0",
    ]
    text = " ".join(" ".join(lines).split())
    assert "2 layers, 2 heads, 1 look-up, 8 branches, 36 table entries, 5 votes, 2 lines" in text
    assert (
        "    0  end             q tokens, k tokens, v positions  key == </s>              5 of 5"
        in lines
    )
    assert not any("wrong on" in line for line in lines)


def test_failures_and_shares_show_where_a_program_is_wrong() -> None:
    """By length, by label, and a few inputs with right and given labels."""
    program = replace(
        large_program(2, 4, 2), provenance=Provenance("random", "sort:vocabulary=8,length=8")
    )
    lines = printed(summarize(program))
    assert any("labels wrong, in" in line for line in lines)
    assert any(line.startswith("right by length  1:") for line in lines)
    assert any(line.startswith("right by label  0:") for line in lines)
    start = next(i for i, line in enumerate(lines) if line.startswith("wrong on"))
    assert len(lines[start + 1].split()) == 3


def test_dead_parts_and_samples_are_marked() -> None:
    """What is dead says so; counts of a sample carry a star."""
    program = hist_program(DIGITS)
    silent = replace(program, classifier=replace(program.classifier, votes=()))
    lines = printed(summarize(silent, limit=10))
    assert any("dead: reaches no" in line for line in lines)
    assert "* counted on a sample: more may be reached" in lines
    assert any("sampled inputs, not all" in line for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_page_keeps_to_the_width(width: int) -> None:
    """No line is longer than the terminal."""
    assert all(len(line) <= width for line in printed(summarize(large_program(2, 4, 2)), width))


@given(programs(None))
@settings(max_examples=scaled(20))
def test_every_program_can_be_printed(program: Program) -> None:
    """Whatever symbols, names and titles a Program has, its page can be printed."""
    assert printed(summarize(replace(program, provenance=Provenance("[bold]odd[/] title"))))[0] == (
        "[bold]odd[/] title"
    )


def test_what_can_go_is_listed_with_its_lines() -> None:
    """A head that nobody reads stands there with the lines of its function."""
    program = reverse_program(DIGITS)
    quiet = replace(program, classifier=replace(program.classifier, votes=()))
    text = " ".join(" ".join(printed(summarize(quiet, source=emit(quiet)))).split())
    assert "can go without a change on any input" in text
    assert "dead: no vote depends on it" in text
    assert " lines " in text
