"""Notes and provenance survive as comments and docstrings, whatever their text."""

import ast

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tprog.codegen.comments import (
    DEFAULT_TITLE,
    comment_note,
    docstring_provenance,
    note_comments,
    provenance_docstring,
)
from tprog.ir import Provenance

texts = st.text(max_size=20) | st.sampled_from(
    ["-", "Task: x", '"quoted"', "ends with \\", 'ends with "', "'''", '"""', " a ", DEFAULT_TITLE]
)


@given(texts)
@example("fmt: off")
@example("type: ignore")
@example("coding: latin-1")
@example("")
@example("\ud800")
def test_a_note_is_one_comment_line_and_comes_back(note: str) -> None:
    """Any note is written on one line that no tool obeys, and is read back exactly."""
    (comment,) = note_comments([note])
    assert comment.isprintable()
    assert not comment.startswith(("fmt:", "type:", "!"))
    assert comment_note(f"# {comment}") == note


def test_a_plain_note_is_written_as_it_is() -> None:
    """A note that a comment can carry has no quotes around it."""
    assert note_comments(['It isn\'t "code": 漢.']) == ['It isn\'t "code": 漢.']


@given(st.builds(Provenance, texts, st.none() | texts, st.lists(texts, max_size=3).map(tuple)))
@example(Provenance("", None, ("",)))
@example(Provenance("", "", ("", "-", "\\x2d")))
@example(Provenance('"', None, ("Task: it is none",)))
def test_provenance_is_a_docstring_and_comes_back(provenance: Provenance) -> None:
    """A docstring, formatted, says exactly the provenance that it was written for."""
    text = black.format_str(provenance_docstring(provenance), mode=black.Mode(line_length=88))
    (statement,) = ast.parse(text).body
    literal = ast.get_source_segment(text, statement)
    assert literal is not None
    assert docstring_provenance(literal) == provenance


def test_a_plain_provenance_reads_well() -> None:
    """Title, task and facts stand on lines of their own."""
    provenance = Provenance("Sort", "sort", ("Accuracy: 100 % on 10 inputs",))
    assert provenance_docstring(provenance) == (
        '"""Sort\n\nTask: sort\nAccuracy: 100 % on 10 inputs\n"""'
    )


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("'One line.'", Provenance("One line.")),
        ('"""\nBelow the quotes.\n\nTask: sort\n"""', Provenance("Below the quotes.", "sort")),
        (r'r"""Raw \d."""', Provenance(r"Raw \d.")),
        ('"""A \\q escape."""', Provenance("A \\q escape.")),
        ("no literal", Provenance("no literal")),
    ],
)
def test_a_docstring_by_a_person_is_read(literal: str, expected: Provenance) -> None:
    """Other kinds of string literals give their title and task as well."""
    assert docstring_provenance(literal) == expected
