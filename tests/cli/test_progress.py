"""Progress bars."""

import io
from contextlib import redirect_stderr

from tprog.cli.progress import counting, stages


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
