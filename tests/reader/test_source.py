"""Sources are parsed within limits, and errors point at a line."""

import ast

import pytest

from tprog.errors import UnreadableSource
from tprog.reader.source import (
    DEEPEST_TREE,
    LARGEST_SOURCE,
    MOST_TOKENS,
    Source,
    docstring,
    same,
    without_docstring,
)


@pytest.mark.parametrize(
    "text",
    [
        "def f(:",
        "a = 1\n  b = 2",
        "a = '\0'",
        "\ud800",
        "(" * 300,
        "-" * 100_000 + "1",
        "not " * 50_000 + "a",
        "+".join("a" * 50_000),
        "x" + ".a" * 50_000,
        "[" * 190 + "]" * 190 + "[0]" * 400,
        "lambda: " * 5_000 + "1",
        "1" * 5_000,
        "a if b else " * 2_000 + "c",
        "\x00\x01\x02",
        "💥",
    ],
)
def test_garbage_is_one_clear_line(text: str) -> None:
    """Whatever is no program's text gives one line that names a line, and never a traceback of the parser's."""
    with pytest.raises(UnreadableSource, match=r"\Af\.py:\d+: [^\n]+\Z"):
        Source(text, "f.py")


def test_a_huge_text_is_refused_before_it_is_parsed() -> None:
    """The size is checked first."""
    with pytest.raises(UnreadableSource, match="more than the most"):
        Source("#" * (LARGEST_SOURCE + 1), "f.py")


def test_a_dense_text_is_refused_before_it_is_parsed() -> None:
    """A million short statements would take a gigabyte."""
    with pytest.raises(UnreadableSource, match="names and signs"):
        Source("a;" * (MOST_TOKENS // 2 + 1), "f.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# coding: latin-1\na = 1", ":1: a program is utf-8 text, not latin-1"),
        ("\n# -*- coding: utf-7 -*-\na = 1", ":2: a program is utf-8 text, not utf-7"),
        ("#!/usr/bin/env python\r# coding=unicode_escape\r", ":2: a program is utf-8 text"),
        ("\x0c# coding: utf8\n", ":1: a program is utf-8 text, not utf8"),
        ("a = 9223372036854775808", "64 bits"),
        ("\na = 0x" + "f" * 20_000, ":2: this number does not fit 64 bits"),
        ("a = '\\ud800'", "half a character"),
    ],
)
def test_encodings_numbers_and_texts_have_limits(text: str, message: str) -> None:
    """A file is UTF-8, its numbers fit 64 bits, and its texts can be written."""
    with pytest.raises(UnreadableSource, match=message):
        Source(text, "f.py")
    Source("# -*- coding: UTF_8 -*-\n\n# coding: latin-1\na = '\\U0001d538', 2 ** 3", "f.py")


def test_a_name_of_two_lines_makes_an_error_of_one() -> None:
    """The name of the file is shown with escapes."""
    assert "\n" not in str(Source("a = 1", "odd\nname.py").error(1, "wrong"))


def test_depth_has_a_limit() -> None:
    """Nesting below the limit is read, above it refused at its line."""
    Source("a = " + "-" * (DEEPEST_TREE - 10) + "1", "f.py")
    with pytest.raises(UnreadableSource, match=r"f\.py:2: the code nests too deeply"):
        Source("b = 1\na = " + "-" * (DEEPEST_TREE + 10) + "1", "f.py")


def test_errors_point_at_their_node() -> None:
    """An error has the file, the line and one line of text."""
    source = Source("a = 1\nb = 2\n", "f.py")
    assert str(source.error(source.tree.body[1], "wrong\nhere")) == "f.py:2: wrong here"
    assert str(source.error(7, "wrong")) == "f.py:7: wrong"


def test_lines_are_those_of_the_parser() -> None:
    """All kinds of line ends count alike."""
    assert Source("a = 1\r\nb = 2\rc = 3\n", "f.py").lines == ["a = 1", "b = 2", "c = 3", ""]


def test_layout_does_not_matter() -> None:
    """Brackets, blanks and comments are no difference; another name is."""
    first, second, other = (ast.parse(text) for text in ("a = (1)  # one", "a=1", "a = 2"))
    assert same(first, second)
    assert not same(first, other)
    assert same(first.body, second.body)


def test_docstrings_are_left_out() -> None:
    """Strings at the start of a body are no statements of it."""
    body = ast.parse('"""One."""\n"Two."\na = 1\n"Three."').body
    assert docstring(body[0]) == "One."
    assert docstring(body[2]) is None
    assert len(without_docstring(body)) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nreturn a", 2),
        ("def f(a, a):\n    return 1", 1),
        ("a = 1\nfrom __future__ import annotations", 2),
        ("if 1:\n    yield 2", 2),
    ],
)
def test_what_python_refuses_is_refused(text: str, line: int) -> None:
    """Errors that only the compiler sees are found without running anything."""
    source = Source(text, "f.py")
    with pytest.raises(UnreadableSource, match=rf"f\.py:{line}: Python refuses this"):
        source.check_compiles()
    Source("print(1)", "f.py").check_compiles()
