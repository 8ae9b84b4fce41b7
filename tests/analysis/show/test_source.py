"""The page on a file that is no Program."""

from pathlib import Path

from sources import FORK
from terminal import printed

from tprog.analysis.explain.unreadable import read_reading
from tprog.analysis.show.source import FIRST_LINE, MOST_ROWS, source_page


def page(text: str, name: str = "fork.py") -> str:
    """Return the page as it is printed."""
    reading = read_reading(text, Path(name), f"{name}:2: no use for house")
    return "\n".join(printed(source_page(reading), 120))


def test_the_first_line_says_that_it_is_no_proof() -> None:
    """Then come the reason, the heads with what they read, and what stands out."""
    lines = page(FORK).splitlines()
    assert lines[0] == FIRST_LINE
    assert "line 2: no use for house" in lines[2]
    text = " ".join(" ".join(lines).split())
    assert "q tokens, k previous_outputs, v positions" in text
    assert "cannot be taken: q_position == 2 cannot hold" in text
    assert "the answer of run reads mlp_outputs" in text


def test_long_lists_end_with_their_number() -> None:
    """A file of hundreds of findings fits a screen or two."""
    text = "\n".join(f"import m{number}" for number in range(MOST_ROWS + 5))
    assert "and 5 more; --json has all" in page(text)


def test_what_a_file_says_is_data() -> None:
    """Markup and escapes in names, texts and the path are shown."""
    text = 'def f(q, k):\n    return k in {"[/b]", "\x1b[31m", "\u202e"}\n'
    shown = page(text, "[/red]\x1b.py")
    assert "[/b]" in shown
    assert "[/red]\\x1b.py" in shown
    assert {c for c in shown if not c.isprintable()} == {"\n"}
