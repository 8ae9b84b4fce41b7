"""Everything but a Program's own functions and tables stands in a file as tprog writes it."""

import pytest
from codegen.test_module import zoo_program
from example_programs import hist_program, reverse_program

from tprog.codegen import emit
from tprog.errors import UnreadableSource
from tprog.ir import Program
from tprog.reader import read_source

ZOO, HIST, REVERSE = zoo_program(), hist_program(), reverse_program()


@pytest.mark.parametrize(
    ("program", "old", "new", "message"),
    [
        # frame, lengths, labels
        (REVERSE, 'PREFIX, SYMBOLS, SUFFIX = ["<s>"]', 'PREFIX, SYMBOLS, SUFFIX = ("<s>",)', "PREFIX"),
        (REVERSE, "get_args(Token)[1:-1]", "get_args(Token)[1:-2]", "SYMBOLS"),
        (REVERSE, "get_args(Token)[1:-1]", "list(get_args(Token)[1:-1])", "SYMBOLS"),
        (REVERSE, "MIN_LENGTH, MAX_LENGTH = 1, 4", "MIN_LENGTH = 1\nMAX_LENGTH = 4", "write"),
        (ZOO, 'MASKED = ("<pad>",)', 'MASKED = ["<pad>"]', "MASKED"),
        (ZOO, 'UNKNOWN: Token = "<unk>"', 'UNKNOWN = "<unk>"', "UNKNOWN"),
        # names of types
        (REVERSE, "Column = list[Any]", "Column = dict[str, Any]", "Column must be written"),
        (REVERSE, "Column = list[Any]", "Column = [list[Any]][0]", "Column must be written"),
        # runtime functions
        (REVERSE, "j == i, abs(j - i)", "abs(j - i), j == i", "attend is changed"),
        (REVERSE, "def attend(head: Head,", "@print\ndef attend(head: Head,", "print is not defined"),
        (ZOO, "@lru_cache(maxsize=32768)\n", "@lru_cache(maxsize=1)\n", "matches is changed"),
        (ZOO, "@lru_cache(maxsize=32768)\n", "", "matches is changed"),
        # names
        (REVERSE, "def end(", "def rows(", "uses the name rows for itself"),
        (ZOO, "SOUND", "WORDS", "uses the name WORDS for itself"),
        (ZOO, "Shape0", "found", "uses the name found for itself"),
        # lines that compute variables
        (ZOO, "map(shape_0, words)", "map(shape_0, words, *(words.reverse() or ()))", "reads variables"),
        (ZOO, "map(shape_0, words)", "map(shape_0, words, x.tokens)", "reads variables"),
        (ZOO, "map(shape_0, words)", "map(shape_0, words, (yield))", "reads variables"),
        (ZOO, "x.sound, x.tokens, x.positions)", "x.sound, x.tokens, x.positions, *VOTES)", "reads variables"),
        (REVERSE, "x.tokens = words", "x.tokens = words[:]", "the tokens are `words`"),
        (HIST, "count(count_own, x", "count(count_own, VOTES, x", "scores belong to attend_best"),
        # additions
        (REVERSE, "\nVOTES", "\nODD = [1][0]\nVOTES", "nothing uses ODD"),
        (REVERSE, "\nVOTES", "\nODD: Any = {}\nVOTES", "nothing uses ODD"),
        # the end
        (REVERSE, "sys.exit(2)", "sys.exit(3)", "a program ends in the lines"),
        (REVERSE, "print(*run(sys.argv[1:]))", "print(*run(sys.argv[:1]))", "a program ends in"),
        (REVERSE, "        sys.exit(2)\n", "        sys.exit(2)\nelse:\n    VOTES = 1\n", "a program ends"),
        (REVERSE, 'if __name__ == "__main__":', 'if __name__ != "__main__":', "no part of a program"),
    ],
)  # fmt: skip
def test_what_is_fixed_stays(program: Program, old: str, new: str, message: str) -> None:
    """A change of a fixed statement is refused, even one that Python would not mind."""
    text = emit(program)
    assert old in text
    changed = text.replace(old, new)
    if old == "def end(":
        changed = changed.replace("attend(end,", "attend(rows,")
    with pytest.raises(UnreadableSource, match=message):
        read_source(changed)


def test_a_missing_end_is_named() -> None:
    """A file that lacks its last lines is refused."""
    text = emit(HIST)
    with pytest.raises(UnreadableSource, match="a program ends in the lines"):
        read_source(text[: text.index("if __name__")])


def test_definitions_may_change_places() -> None:
    """The order of functions is a person's to choose, as long as nothing is used above its definition."""
    text = emit(HIST)
    start, stop = text.index("# fmt: off"), text.index("def run(")
    votes = text[start:stop]
    moved = text.replace(votes, "").replace("if __name__ ==", f"{votes}\n\nif __name__ ==")
    assert read_source(moved) == HIST
    head = text[text.index("# Layer 0") : start]
    above = text.replace(head, "").replace("Token =", f"{head}\n\nToken =", 1)
    with pytest.raises(UnreadableSource, match="Token is not defined above"):
        read_source(above)
