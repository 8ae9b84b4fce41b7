"""The worked example of docs/notebook.md: its code runs, and its outputs are true."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "notebook.md"


def cells() -> list[tuple[str, str]]:
    """Return the code blocks of the page, each with the output that stands below it."""
    return re.findall(
        r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(), flags=re.DOTALL
    )


def test_the_worked_example_is_true() -> None:
    """Run one after the other, the cells print what the page says, and what is said to show itself does."""
    found = cells()
    assert len(found) == PAGE.read_text().count("```python") >= 8
    scope: dict[str, Any] = {"__name__": "example"}
    for code, output in found:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), scope)
        assert printed.getvalue() == output
        for name in re.findall(r"^(\w+)  # shows itself$", code, re.MULTILINE):
            show = getattr(scope[name], "_repr_html_", None) or scope[name]._repr_svg_
            assert "<" in show()
