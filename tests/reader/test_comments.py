"""Comments are found, wherever they stand at a statement."""

from tprog.reader.comments import chunk_comments, layer_and_notes, notes
from tprog.reader.source import Source

FILE = """a = 1  # beside a

# fmt: on


# Layer 2
# Above.

# Farther "above".
def f(x):  # at the header
    # Inside.
    y = "# no comment"
    return x  # at the end
b = "# no comment"
"""


def test_comments_above_in_and_beside_a_function() -> None:
    """All comments of a function are found in order, switches of the formatter are not."""
    source = Source(FILE, "f.py")
    assert chunk_comments(source, 2, source.tree.body[1]) == [
        "# Layer 2",
        "# Above.",
        '# Farther "above".',
        "# at the header",
        "# Inside.",
        "# at the end",
    ]


def test_strings_are_no_comments() -> None:
    """A `#` in a string is text."""
    source = Source(FILE, "f.py")
    assert chunk_comments(source, 15, source.tree.body[2]) == []


def test_comments_of_an_indented_line() -> None:
    """A line within a function has comments of its own."""
    source = Source("def f():\n    # Why.\n    x = 1  # what\n", "f.py")
    function = source.tree.body[0]
    (line,) = function.body  # type: ignore[attr-defined]  # it is a function
    assert chunk_comments(source, 2, line) == ["# Why.", "# what"]


def test_code_that_is_no_piece_of_its_own_has_no_comments() -> None:
    """A statement that shares its line with others is left alone."""
    source = Source("a = 1; b = 2  # two\n", "f.py")
    assert chunk_comments(source, 1, source.tree.body[1]) == ["# two"]


def test_the_first_comment_may_name_the_layer() -> None:
    """Only the first line can be the layer's; quoted notes lose their quotes."""
    assert layer_and_notes(["# Layer 3", "# A note."]) == (3, ("A note.",))
    assert layer_and_notes(["#Layer 3"]) == (3, ())
    assert layer_and_notes(["# A note.", "# Layer 3"]) == (None, ("A note.", "Layer 3"))
    assert layer_and_notes([]) == (None, ())
    assert notes(['# "two\\nlines"', "#", '# "open']) == ("two\nlines", "", '"open')
