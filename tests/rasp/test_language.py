"""The language: how expressions bind, what they give, and that every error shows its place."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from effort import scaled
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.functions import FUNCTIONS
from tprog.rasp.module import graph_of, read, read_text
from tprog.rasp.printing import to_text
from tprog.rasp.shown import sequence
from tprog.rasp.syntax import BadSyntax, LanguageError

LEVELS = {"^": 6, "*": 5, "%": 4, "+": 3, "-": 3, "==": 2, "<": 2, ">=": 2, "and": 1, "or": 1}
PREFIXES: dict[str, Callable[[Any], Any]] = {
    "": lambda one: one,
    "-": lambda one: -one,
    "not ": lambda one: not one,
}
OPERAND = st.tuples(st.sampled_from(list(PREFIXES)), st.integers(0, 3))


@given(st.lists(st.tuples(st.sampled_from(list(LEVELS)), OPERAND), max_size=6), OPERAND)
@settings(max_examples=scaled(200))
def test_operators_bind_as_the_language_says(
    rest: list[tuple[str, tuple[str, int]]], first: tuple[str, int]
) -> None:
    """What stands without brackets is computed level by level, each from the left; prefixes come first."""
    values = [PREFIXES[sign](number) for sign, number in (first, *(one for _, one in rest))]
    operators = [operator for operator, _ in rest]
    text = "".join(
        [f"{first[0]}{first[1]}", *(f" {one} {sign}{number}" for one, (sign, number) in rest)]
    )
    try:
        for level in range(6, 0, -1):
            place = 0
            while place < len(operators):
                if LEVELS[operators[place]] == level:
                    left, right = values[place : place + 2]
                    operator = operators.pop(place)
                    both = (left and right) if operator == "and" else (left or right)
                    values[place : place + 2] = [
                        both if level == 1 else FUNCTIONS[operator](left, right)
                    ]
                else:
                    place += 1
    except (ArithmeticError, TypeError):
        assume(False)
    assert read_text(f"a = {text};").values["a"] == values[0], text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 if False else 2 if False else 3", 3),
        ("1 in [1, 2] and [3]", False),
        ("2 in [2] if True else []", True),
        ("0.1 + 0.2 == 0.3", True),
        ("-7 % 4 * 2", 1),
        ("round(5 / 2)", 2),
        ("[i + j for i, j in zip([1, 2], [3, 4])][-1]", 6),
        ('{k: len([k]) for k in ["a"]}["a"]', 1),
        ("2 ^ 0.5 > 1.41", True),
        ("{[1, 2]: 3}[[1, 2]]", 3),
        ("'\"'", '"'),
    ],
)
def test_atoms(text: str, value: object) -> None:
    """Expressions without an input have values, exact ones where numbers are fractions."""
    assert read_text(f"a = {text};").values["a"] == value


@pytest.mark.parametrize(
    ("text", "given", "shown"),
    [
        ("sort(tokens, tokens)", "hello", "[e, h, l, l, o] (strings)"),
        ("length", "abc", "[3]*3 (ints)"),
        ("aggregate(select(indices, indices, <=), indices)", "abc", "[0, 0.5, 1.0] (floats)"),
        ("aggregate(full_s, indicator(indices == 0))", "abc", "[0.333]*3 (floats)"),
        ("tokens_int + True", [1, 2], "[2, 3] (ints)"),
        ('tokens in ["a", "b"]', "abc", "[T, T, F] (bools)"),
        ('"b" in tokens', "abc", "[T]*3 (bools)"),
        ("tokens[-1]", "abc", "[c]*3 (strings)"),
        ("tokens[5]", [1, 2], "[0]*2 (ints)"),
        ("shift(tokens, 1, '-')", "abc", "[-, a, b] (strings)"),
        ("mark_last_instance(tokens, 'a')", "aba", "[F, F, T] (bools)"),
        ("mark_first_instance(tokens, 'a')", "aba", "[T, F, F] (bools)"),
        ("aggregate(select_next_identical(tokens), indices, -1)", "abab", "[2, 3, -1, -1] (ints)"),
        ("count(tokens, 'a')", "aba", "[2]*3 (ints)"),
        ("max(indices, 1)", "abc", "[1, 1, 2] (ints)"),
        ("aggregate(closest(select(tokens, tokens, ==)), indices)", "abab", "[2, 3, 0, 1] (ints)"),
        ("{['a', 0]: 1, ['b', 1]: 2}[[tokens, indices]]", "ab", "[1, 2] (ints)"),
        (
            "selector_width(select(tokens, tokens, {'a': ['b', 'c']}))",
            "abca",
            "[2, 0, 0, 2] (ints)",
        ),
        ("tokens != 'a'", "ab", "[F, T] (bools)"),
    ],
)
def test_values_on_an_input(text: str, given: Any, shown: str) -> None:
    """S-ops give what the language says, in its words."""
    module = read_text(f"{text};", example=given)
    assert sequence(module.apply(None, given).values) == shown


def test_a_name_keeps_what_it_was_given() -> None:
    """Rebinding a name changes nothing that was built from it, and a function reads outer names when it is called."""
    module = read_text("a = 1; def f() { return a; } b = a; a = 2; c = f();")
    assert (module.values["b"], module.values["c"]) == (1, 2)


def test_a_file_sees_the_library_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`load` gives the caller the public names of a file, which sees none of the caller's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner.rasp").write_text("_a = 2; b = _a + 1;")
    (tmp_path / "outer.rasp").write_text('_a = 5; load "inner"; c = b + _a;')
    assert dict(read(tmp_path / "outer.rasp").values) == {"_a": 5, "b": 3, "c": 8}
    (tmp_path / "inner.rasp").write_text('load "inner";')
    with pytest.raises(LanguageError, match=r"inner\.rasp:1:1"):
        read(tmp_path / "outer.rasp")


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a = 1;\nb = a +;", 2, 8, "unexpected ';'"),
        ("a = 1\nb = 2;", 2, 1, "a ; may be missing"),
        ("a = (1;", 1, 7, "unexpected ';'"),
        ("a = 1;\n  b = 2 +\n", 2, 10, "ends within"),
        ("b = indices + nothing;", 1, 15, "Undefined variable: nothing"),
        ("a = tokens + 1;", 1, 5, "can only concatenate"),
        ("length = 3;", 1, 1, "reserved name: length"),
        ("a = aggregate(full_s, tokens);", 1, 5, "non-numbers"),
        ("def f(a) {\n return a + 1; }\nf(tokens);", 2, 9, "can only concatenate"),
        ("selector_width(1);", 1, 1, "Expected selector"),
        ("shift(1);", 1, 1, "wrong number of args for shift- expected: 3, got: 1."),
        ("a = [1, 2][5];", 1, 5, "index 5 out of range for list of length 2"),
        ("def f(x) { return f(x); }\nf(1);", 2, 1, "recursion"),
        ("a = 9 ^ 999999;", 1, 5, "too large"),
        ("for i in 3 { a = i; }", 1, 1, "for loop needs"),
    ],
)
def test_errors_show_their_place(text: str, line: int, column: int, message: str) -> None:
    """An error names the line and column of what is wrong, and marks it with a caret."""
    with pytest.raises(LanguageError) as caught:
        read_text(text, "file.rasp", example="hello")
    error = caught.value
    assert (error.place.line, error.place.column) == (line, column)
    assert message in str(error)
    assert str(error).startswith(f"file.rasp:{line}:{column}: ")
    assert error.excerpt == (text.split("\n")[line - 1].rstrip(), " " * (column - 1) + "^")


SAMPLE = (
    'd = {"a": 1, "b": [2]}; def f(x, y) { z = x + y; return z; } s = select(tokens, "a", ==) and full_s;\n'
    "w = f(selector_width(s), 1); for i in range(3) { w = w * i; } v = w if tokens == 'a' else -w;\n"
    "u = aggregate(s, v) [1]; q = [round(k / 2) for k in [1, 2]]; r = v in q; tokens = tokens_int;"
)


@given(
    st.integers(0, len(SAMPLE)), st.integers(0, 6), st.sampled_from([*'();,=+[]{}"in1x ', "tokens"])
)
@settings(max_examples=scaled(200))
def test_every_error_of_a_run_has_a_place(start: int, size: int, put: str) -> None:
    """Whatever is damaged in a text, either it runs or the error says where, in the text, and nothing else is raised."""
    text = SAMPLE[:start] + put + SAMPLE[start + size :]
    failure: RaspError | None = None
    try:
        read_text(text, example="ab").apply(None, "ab")
    except RaspError as error:
        failure = error
    if isinstance(failure, LanguageError):
        lines = text.split("\n")
        assert 1 <= failure.place.line <= len(lines)
        assert 1 <= failure.place.column <= len(lines[failure.place.line - 1]) + 1
    else:
        # What the run gave was no s-op, which is no matter of one place.
        assert failure is None or "is no s-op" in str(failure)


def test_a_reserved_word_is_no_name() -> None:
    """Words of the grammar cannot be set, words that begin like them can."""
    with pytest.raises(BadSyntax):
        read_text("on = 1;")
    assert read_text("ordinal = 1; notx = not ordinal;").values["notx"] is False


def test_numbers_become_strings() -> None:
    """`str` of an s-op has the texts of its values, and can be read back; plain RASP lacks it."""
    graph = graph_of('"-" if indices == 1 else str(indices / 2)')
    assert evaluate(graph, [("a",) * 4]) == [("0", "-", "1", "3/2")]
    assert graph_of(to_text({"o": graph}).removeprefix("o = ").strip().removesuffix(";")) == graph
    with pytest.raises(RaspError, match="str has no plain form"):
        to_text({"o": graph}, pure=True)


def test_an_atom_is_an_s_op_that_has_it_everywhere() -> None:
    """A graph is asked of an expression whose value is an atom."""
    assert graph_of("1 / 3") == graph_of("constant(1 / 3)")
    assert read_text("a = 1 / 3;").values["a"] == Fraction(1, 3)
