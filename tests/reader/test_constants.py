"""Constants are literals; types and the domain are read from them."""

import ast
import json
from pathlib import Path

import pytest

from tprog.codegen.fixed import TABLES
from tprog.errors import UnreadableSource
from tprog.ir import Domain, FiniteValues
from tprog.reader.constants import Constants, read_domain
from tprog.reader.definitions import definitions
from tprog.reader.source import Source

IMPORTS = (
    "import json\nfrom functools import cache\nfrom pathlib import Path\n"
    "from typing import Any, Literal, get_args\nfrom collections.abc import Callable, Sequence\n"
)


def constants(text: str, folder: Path | None = None) -> Constants:
    """Return the constants of a text, below the usual imports."""
    return Constants(definitions(Source(IMPORTS + text, "f.py")), folder, "f")


def evaluated(found: Constants, name: str) -> object:
    """Return the value of a constant."""
    return found.evaluate(found.file.constant(name))


def domain(text: str, folder: Path | None = None) -> Domain:
    """Return the domain that a text describes."""
    return read_domain(constants(text, folder))


@pytest.mark.parametrize("value", ["a", 3, -3, (1, "a"), ["a"], {"a": {1: (2, -3)}}, {1, 2}, {}])
def test_literals_are_evaluated(value: object) -> None:
    """Strings, integers and collections of them are values."""
    assert evaluated(constants(f"A = {value!r}"), "A") == value


@pytest.mark.parametrize(
    "text", ["get_args(1)", "1 + 2 * 3", "{**{}}", "{1: 1, 1: 2}", "{(1, 2): 3}", "{*()}", "Path"]
)
def test_other_expressions_are_refused(text: str) -> None:
    """Nothing is computed."""
    with pytest.raises(UnreadableSource, match=r"f\.py:6: "):
        evaluated(constants(f"A = {text}"), "A")


def test_constants_have_kinds() -> None:
    """A string, a number and a list of strings are told apart."""
    found = constants("A, B, C = 'a', 3, ['x']")
    assert (found.text("A"), found.number("B"), found.texts("C")) == ("a", 3, ("x",))
    for read in (found.number, found.texts):
        with pytest.raises(UnreadableSource, match="A must"):
            read("A")
    with pytest.raises(UnreadableSource, match="B must be a string"):
        found.text("B")
    with pytest.raises(UnreadableSource, match="Z is missing"):
        evaluated(found, "Z")


def test_types_are_literals_or_names_of_them() -> None:
    """An annotation may name a type, which may name another."""
    found = constants(
        "Token = Literal['a', 'b']\nLabel = Token\nLoop = int\nOdd = Literal[1, 'a']\nBad = Literal[None]"
    )
    where = ast.Pass(lineno=1)
    assert found.values(ast.Name("Label"), where) == FiniteValues(("a", "b"))
    inline = ast.parse("Literal[-1, 2]", mode="eval").body
    assert found.values(inline, where) == FiniteValues((-1, 2))
    for name in ("Loop", "Odd", "Bad", "Missing"):
        with pytest.raises(UnreadableSource, match=r"f\.py:"):
            found.values(ast.Name(name, lineno=1), where)
    with pytest.raises(UnreadableSource, match="a Literal type must stand here"):
        found.values(None, where)


def test_a_closed_domain() -> None:
    """Frame, symbols and lengths come from the constants."""
    text = (
        "Token = Literal['<s>', 'a', 'b', '</s>']\n"
        "PREFIX, SYMBOLS, SUFFIX = ['<s>'], get_args(Token)[1:-1], ['</s>']\n"
        "MIN_LENGTH, MAX_LENGTH = 2, 5\nSCORED = ('a',)\n"
    )
    assert domain(text) == Domain(("a", "b"), 5, 2, "<s>", "</s>", scored=("a",))


def test_an_open_domain() -> None:
    """Without a greatest length and without a frame there is less to say."""
    text = "Token = Literal['a', 'b']\nMIN_LENGTH = 1\nUNKNOWN: Token = 'b'\n"
    assert domain(text) == Domain(("a", "b"), None, prefix=None, unknown="b")


def test_many_symbols_are_listed() -> None:
    """Where `Token` is any text, the symbols are a constant of their own."""
    text = "Token = str\nPREFIX = ['<s>']\nSYMBOLS: tuple[str, ...] = ('a', 'b')\nMIN_LENGTH = 1\n"
    assert domain(text) == Domain(("a", "b"), None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Token = Literal['a']\nPREFIX = ['<s>']\nMIN_LENGTH = 1", "begin with the prefix"),
        ("Token = Literal['a']\nSUFFIX = ['</s>']\nMIN_LENGTH = 1", "end with the suffix"),
        ("Token = Literal[1]\nMIN_LENGTH = 1", "tokens are strings"),
        ("Token = Literal['a']\nMIN_LENGTH = 0", "below 1"),
        ("Token = Literal['a']\nMIN_LENGTH = 'a'", "whole number"),
        ("Token = Literal['a']", "MIN_LENGTH is missing"),
        ("Token = Literal['a']\nPREFIX = []\nMIN_LENGTH = 1", "must list one symbol"),
        ("Token = Literal['a']\nMIN_LENGTH, MAX_LENGTH = 1, 10**9", "only literal"),
        ("Token = Literal['a']\nMIN_LENGTH, MAX_LENGTH = 1, 1000000", "leave MAX_LENGTH out"),
        ("Token = str\nMIN_LENGTH = 1", "tables is missing"),
        ("Token = 3\nMIN_LENGTH = 1", "Literal type"),
    ],
)
def test_a_domain_that_does_not_fit_is_refused(text: str, message: str) -> None:
    """Constants that contradict each other give an error at a line."""
    with pytest.raises(UnreadableSource, match=message):
        domain(text)


def test_symbols_may_be_stored(tmp_path: Path) -> None:
    """Large tables are read from the file beside the program."""
    text = f"Token = str\nMIN_LENGTH = 1\n{TABLES}"
    path = tmp_path / "f.json"
    path.write_text(json.dumps({"symbols": ["a", "b"]}))
    assert domain(text, tmp_path).symbols == ("a", "b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "tables are missing: cannot read .*f.json"),
        ("{", "no JSON file"),
        ("[" * 100_000, "no JSON file"),
        ("[]", "holds no tables"),
        ("{}", "has no 'symbols'"),
        ('{"symbols": 3}', "no list of strings"),
    ],
)
def test_a_broken_file_of_tables_is_refused(
    content: str | None, message: str, tmp_path: Path
) -> None:
    """A missing or damaged file is an error at the function that reads it."""
    if content is not None:
        (tmp_path / "f.json").write_text(content)
    with pytest.raises(UnreadableSource, match=message):
        domain(f"Token = str\nMIN_LENGTH = 1\n{TABLES}", tmp_path)


def test_stored_tables_need_a_folder() -> None:
    """A text alone cannot name its tables."""
    with pytest.raises(UnreadableSource, match="from its folder"):
        domain(f"Token = str\nMIN_LENGTH = 1\n{TABLES}")
