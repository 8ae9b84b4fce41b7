"""The page of traced errors."""

from terminal import printed as lines_of
from tracing import faulty_hist, some_examples, sound_hist

from tprog.analysis.explain.trace import Tracing, trace_errors
from tprog.analysis.show.errors import errors_page
from tprog.evaluate import all_inputs


def printed(tracing: Tracing, width: int = 100, whole: bool = False) -> list[str]:
    """Return the lines of a tracing on a terminal."""
    return lines_of(errors_page(tracing, 5, whole), width)


def test_the_page_tells_what_is_wrong_and_what_would_be_right() -> None:
    """Suspect, repair, cause, example and marked line stand on the page."""
    program = faulty_hist()
    traced = trace_errors(some_examples(program), "/e.py", others=all_inputs(program.domain, 2))
    lines = printed(traced)
    text = "\n".join(lines)
    assert f"{traced.failing} of {traced.failing + traced.passing} labels are wrong" in lines[0]
    assert "own_count: count_own == 2" in text
    assert "→ 2, not 1" in text
    assert (
        f"1  {traced.failing} errors, put right by own_count: count_own == 2: → 2, not 1" in lines
    )
    assert any(line.startswith(" 1▶") and "return" in line for line in lines)
    assert any("3 of 5" in line for line in lines)


def test_a_narrow_terminal_holds_the_page() -> None:
    """No line is wider than the terminal."""
    traced = trace_errors(some_examples(faulty_hist()), "/e.py")
    assert max(map(len, printed(traced, 60))) <= 60


def test_the_whole_source_can_be_shown() -> None:
    """With the whole source, every line of it is there."""
    traced = trace_errors(some_examples(faulty_hist()), "/e.py")
    assert len(printed(traced, 120, True)) > traced.source.count("\n") > len(printed(traced, 120))


def test_nothing_wrong_is_one_line() -> None:
    """A sound program has neither suspects nor causes."""
    lines = printed(trace_errors(some_examples(sound_hist()), "/e.py"))
    assert len(lines) == 1
    assert lines[0].endswith("labels are right")
