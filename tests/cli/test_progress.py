"""What is shown while something runs."""

import io
from contextlib import redirect_stderr

from tprog.cli.progress import counting, stages, watching
from tprog.learn.settings import Progress


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    """A pipe gets no bar, and the work is told that nobody watches."""
    err = io.StringIO()
    with redirect_stderr(err), counting("work") as update:
        assert update is None
    assert err.getvalue() == ""


def test_a_command_can_switch_progress_off() -> None:
    """Commands that print JSON show no bar."""
    with stages(enabled=False) as update:
        assert update is None


def report(step: int, validation: float | None) -> Progress:
    """Return a report of a warm start."""
    return Progress("warm start", 0, 2, step, 20, 0.5, 1.0, validation, 3.0, 7.0)


def test_a_log_has_a_line_for_each_tenth() -> None:
    """Where standard error is no terminal, lines are few and say everything."""
    err = io.StringIO()
    with redirect_stderr(err), watching("sort") as display:
        for step in range(1, 21):
            display.show(report(step, 0.9))
    lines = err.getvalue().splitlines()
    assert len(lines) == 11
    assert "warm start 1/2 20/20" in lines[-1]
    for text in ("loss 0.5000", "temperature 1", "validation 90.00 %", "elapsed 3 s", "left 7 s"):
        assert text in lines[-1]


def test_what_is_unknown_is_left_out() -> None:
    """A figure that was not measured is not shown."""
    err = io.StringIO()
    with redirect_stderr(err), watching("sort") as display:
        display.show(report(20, None))
    assert "validation" not in err.getvalue()


def test_a_log_tells_every_improvement() -> None:
    """A validation accuracy better than ever before has a line of its own, an equal or lesser one has none."""
    err = io.StringIO()
    with redirect_stderr(err), watching("sort") as display:
        for validation in (0.5, 0.6, 0.6, 0.55, None, 0.7):
            display.show(report(0, validation))
    lines = err.getvalue().splitlines()
    assert [line.split("validation ")[1][:5] for line in lines] == ["50.00", "60.00", "70.00"]
