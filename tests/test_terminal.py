"""Text, tables and consoles of the terminal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.terminal import Console, Group, RenderableType, Table, Text


class Narrow(io.StringIO):
    """A stream whose encoding lacks arrows."""

    encoding = "ascii"


def printed(
    what: RenderableType, width: int = 40, terminal: bool = False, file: io.StringIO | None = None
) -> str:
    """Return what a console writes, without colours."""
    file = file or io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, color_system=None)
    console.print(what)
    return file.getvalue()


def of_two(rows: list[tuple[str, str]], no_wrap: bool = False) -> Table:
    """Return a table of two columns."""
    table = Table("one", "two")
    table.columns[0].no_wrap = no_wrap
    for row in rows:
        table.add_row(*row)
    return table


@given(st.text(alphabet=st.characters(codec=None), max_size=12))
def test_a_string_is_its_characters_wherever_it_stands(text: str) -> None:
    """As a string, as a text and in a cell: one line, no control character, no markup."""
    for what in (text, Text(text), Text.assemble((text, "bold")), of_two([(text, "x")])):
        out = printed(what, 2000)
        assert all(character.isprintable() or character == "\n" for character in out)
        assert len(out.splitlines()) == (3 if isinstance(what, Table) else 1) - (
            isinstance(what, Table)
        )


def test_markup_and_control_characters_are_shown() -> None:
    """What rich or a terminal would obey stands there as text."""
    table = of_two([("[/INST]", "\x1b[31m")])
    table.title = "[bold]\x1b]0;t\x07"
    out = printed(Group("[unk] :smile: \x1b", Text("[red]\n"), table))
    for shown in (r"[unk] :smile: \x1b", r"[red]\n", "[/INST]", r"\x1b[31m", r"[bold]\x1b]0;t\x07"):
        assert shown in out


def test_lines_end_where_their_words_do() -> None:
    """Cells are padded, lines are not."""
    assert printed(of_two([("a", ""), ("bbb", "c")])) == "one  two\na\nbbb  c\n"


def test_a_long_word_stays_whole_in_a_pipe() -> None:
    """Neither a path nor an identifier is broken where no screen has an edge."""
    path = "/a" * 40
    assert path in printed(Text(f"wrote {path} and more"))
    assert "min(equal_tokens_so_far" in printed(
        of_two([("x" * 30, "min(equal_tokens_so_far + smaller_tokens, 8)")], no_wrap=True)
    )


@pytest.mark.parametrize("width", [4, 12, 30])
def test_a_narrow_terminal_folds_and_loses_nothing(width: int) -> None:
    """Where there is no room for whole words they are broken, and every character is still there."""
    table = of_two([("abcdefghijkl", "mnopqrstuvwxyz")], no_wrap=True)
    lines = printed(table, width, terminal=True).splitlines()
    assert max(map(len, lines)) <= max(width, 6)
    assert sorted("".join(lines).replace(" ", "")) == sorted("onetwoabcdefghijklmnopqrstuvwxyz")


def test_words_break_only_where_that_is_needed() -> None:
    """The wider column gives way first, down to its longest word."""
    out = printed(of_two([("several words here", "identifier_of_some_length")]), 34, terminal=True)
    assert out.splitlines()[1] == "several  identifier_of_some_length"


def test_columns_stay_in_line_where_an_encoding_lacks_a_sign() -> None:
    """A stand-in has its place in the layout."""
    out = printed(of_two([("→", "a"), ("bb", "c")]), file=Narrow())
    assert out.splitlines()[1:] == ["->   a", "bb   c"]


def test_a_tied_space_leaves_as_a_plain_one() -> None:
    """What ties a number to its unit is a blank to whoever reads the line, but no line breaks there."""
    for file in (io.StringIO(), Narrow()):
        assert printed(Text("one two three 65\u00a0%"), 17, file=file) == "one two three\n65 %\n"
    assert printed(Text("65\u00a0%")) == "65 %\n"
    assert printed("a\u00a0b") == "a b\n"
