"""Lines of `run` become inputs and operations, or errors at their line."""

import pytest
from codegen.test_module import zoo_program
from example_programs import hist_program, reverse_program

from tprog.codegen import emit
from tprog.errors import UnreadableSource
from tprog.ir import CategoricalHead
from tprog.reader import read_source

ZOO = emit(zoo_program())
REVERSE = emit(reverse_program())


def test_every_kind_of_variable_is_read() -> None:
    """A program with a part of every kind comes back whole."""
    program = zoo_program()
    found = read_source(ZOO)
    assert found == program
    assert found.names == program.names
    assert found.layers == program.layers
    assert [variable.notes for variable in found.variables] == [
        variable.notes for variable in program.variables
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("x.tokens = [word", "x.previous = [word", "computed twice|not computed before"),
        ("x.ones = [1]", "x.ones = [2]", "nothing that a program can compute"),
        (
            "attend_past(previous, x.positions",
            "attend_past(previous, x.nowhere",
            "not computed before",
        ),
        (
            "attend_past(previous, x.positions, x.positions, x.tokens)",
            "attend_past(previous, x.ones, x.positions, x.tokens)",
            "query of a head cannot be a number",
        ),
        (
            "count(count_own, x.tokens, x.tokens, x.ones)",
            "count(count_own, x.tokens, x.tokens, x.tokens)",
            "use attend",
        ),
        (
            "attend_past(previous, x.positions, x.positions, x.tokens)",
            "attend_past(previous, x.positions, x.positions, x.ones)",
            "use count",
        ),
        ("attend_past(previous,", "attend_past(missing,", "function missing is missing"),
        ("attend_best(attn_0_3, ATTN_0_3_SCORES,", "attend_best(attn_0_3,", "scores belong"),
        ("attend_first(attn_0_2,", "attend_first(attn_0_2, ATTN_0_3_SCORES,", "scores belong"),
        ('"X": {"vowel": 0, "other": 1},', '"X": {"vowel": 0},', "scores are a whole number"),
        (
            '"X": {"vowel": 0, "other": 1},',
            '"X": {"vowel": 0, "other": "1"},',
            "scores are a whole number",
        ),
        (
            "list(map(mlp_0_0, x.previous, x.sound))",
            "list(map(mlp_0_0, x.previous, x.ones))",
            "all of a kind",
        ),
        ("list(map(mlp_0_0, x.previous, x.sound))", "list(map(mlp_0_0))", "at least one"),
        ("-> NumMlp10:", "-> str:", "Literal type must stand here"),
        ("SOUND.get(word, SOUND[UNKNOWN])", "SOUND.get(word, SOUND[word])", "write x.sound"),
        ('"a": "vowel", ', "", "one entry for each token"),
        ('"a": "vowel", ', '"a": "click", ', "none of the table's values"),
        ("[SOUND.get(word, SOUND[UNKNOWN]) for", "[{}.get(word, 1) for", "must be a constant"),
        ("SOUND: dict[str, Sound] =", "SOUND =", "write x.sound"),
        ("found = min(len(word), 3)", "found = max(len(word), 3)", "no rule over a word's text"),
        ("found = min(len(word), 3)", "found = min(len(word), 0)", "size 0 for length"),
        (
            "    x.sound = [SOUND.get(word, SOUND[UNKNOWN]) for word in words]\n",
            "",
            "not computed before",
        ),
    ],
)
def test_broken_lines_are_refused(old: str, new: str, message: str) -> None:
    """Each mistake is named at a line."""
    assert old in ZOO
    with pytest.raises(UnreadableSource, match=rf"<string>:\d+: .*({message})"):
        read_source(ZOO.replace(old, new, 1))


def test_inputs_stand_before_operations() -> None:
    """A line that reads the words cannot follow a head."""
    line = "    x.ones = [1] * len(words)\n"
    end = "    x.end = attend(end, x.tokens, x.tokens, x.positions)\n"
    with pytest.raises(UnreadableSource, match="move it above the heads"):
        read_source(REVERSE.replace(line, "").replace(end, end + line))


def test_a_function_may_serve_two_variables() -> None:
    """Two heads with the same predicate may share its function."""
    end = "    x.end = attend(end, x.tokens, x.tokens, x.positions)\n"
    found = read_source(REVERSE.replace(end, end + end.replace("x.end", "x.same")))
    first, second = found.operations[0], found.operations[1]
    assert first == second
    assert isinstance(first, CategoricalHead)
    assert len(set(found.names)) == len(found.names)


def test_comments_of_a_person_become_notes() -> None:
    """Comments above, in and beside a function or its line, and its docstring, survive as notes."""
    text = emit(hist_program())
    text = text.replace(
        "def count_own(token: Token, key: Token) -> bool:\n",
        '# Finds equals.\ndef count_own(token: Token, key: Token) -> bool:\n    """How often?\n\n    Counts."""\n    # Same.\n',
    ).replace("x.tokens, x.ones)\n", "x.tokens, x.ones)  # Adds.\n")
    found = read_source(text)
    assert found == hist_program()
    assert found.operations[0].notes == ("Finds equals.", "Same.", "How often?", "Counts.", "Adds.")
    assert found.layers == (0, 0)
    assert read_source(emit(found)).operations[0].notes == found.operations[0].notes


def test_layers_follow_the_comments() -> None:
    """A layer holds for the functions below it, until the next one is named."""
    text = emit(hist_program()).replace("# Layer 0", "# Layer 4")
    assert read_source(text).layers == (4, 4)
    assert read_source(text.replace("# Layer 4\n", "")).layers == (0, 0)
