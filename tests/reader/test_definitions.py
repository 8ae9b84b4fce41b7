"""The top level of a file is sorted into parts, or refused."""

import pytest

from tprog.errors import UnreadableSource
from tprog.reader.definitions import definitions
from tprog.reader.source import Source

FILE = '''"""Title."""

from __future__ import annotations

import sys
from typing import Any, Literal

Token = Literal["a"]
A, B = 1, [2]
TABLE: dict[str, Any] = {}


# A comment.
def f(token: Token) -> int:
    return 1


if __name__ == "__main__":
    print(sys.argv)
'''


def test_the_parts_of_a_file() -> None:
    """Docstring, constants, functions and imports are found by name."""
    found = definitions(Source(FILE, "f.py"))
    assert found.docstring is not None
    assert set(found.constants) == {"Token", "A", "B", "TABLE"}
    assert set(found.annotations) == {"TABLE"}
    assert set(found.functions) == {"f"}
    assert found.imported == {"annotations", "sys", "Any", "Literal"}
    assert found.above["f"] == 11


def test_what_is_asked_for_is_used() -> None:
    """A part that nothing asks for can be told."""
    found = definitions(Source(FILE, "f.py"))
    found.function("f", 1)
    found.constant("A")
    found.table("TABLE")
    assert found.used == {"f", "TABLE"}
    with pytest.raises(UnreadableSource, match=r"f\.py:7: the function g is missing"):
        found.function("g", 7)
    with pytest.raises(UnreadableSource, match="C is missing"):
        found.constant("C")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import os", "no use for os"),
        ("import sys as json", "no use for sys"),
        ("from typing import Union", "no use for Union"),
        ("from typing import Callable", "import it from collections.abc"),
        ("from . import json", "no use for json"),
        ("from os import path", "no use for path"),
        ("class A:\n    pass", "no part of a program"),
        ("while True:\n    pass", "no part of a program"),
        ("print(1)", "no part of a program"),
        ("a = 1\na = 2", "defined twice"),
        ("a, a = 1, 2", "defined twice"),
        ("a = 1\nimport sys", "imports stand above"),
        ("from typing import Literal\nA = Literal[3]\nimport sys", "imports stand above"),
        ("_a = 1", "a name of Python itself"),
        ("def __getattr__(name):\n    return 1", "a name of Python itself"),
        ("if __name__ == '__main__':\n    pass\na = 1", "nothing may follow"),
        (
            "if __name__ == '__main__':\n    pass\nif __name__ == '__main__':\n    pass",
            "nothing may follow",
        ),
        (
            "from typing import Literal\ndef f(a: Literal[print(1)]):\n    return 1",
            "print is not defined",
        ),
        (
            "from typing import Literal\nB = [1]\ndef f(a: Literal[B.append(1)]):\n    return 1",
            "no type",
        ),
        ("from typing import Literal\nB = [1]\na: dict[str, Literal[B[0]]] = {}", "no type"),
        ("import sys\nsys = 1", "defined twice"),
        ("def min(a, b):\n    return a", "a name of Python itself"),
        ("len = 3", "a name of Python itself"),
        ("a, b = 1", "no constant"),
        ("a, = 1", "no constant"),
        ("a, b = 1, 2, 3", "no constant"),
        ("a.b = 1", "no constant"),
        ("a = b = 1", "no part of a program"),
        ("a: int", "no part of a program"),
        ("a = b", "b is not defined above"),
        ("def f(a: Token):\n    return 1", "Token is not defined above"),
        ("a: 3 = 1", "no type"),
        ("def f(a: int[3]):\n    return 1", "no type"),
        ("def f(a) -> print(1):\n    return 1", "print is not defined above"),
        ("def f(a: dict[str, 3]):\n    return 1", "no type"),
        ("@f\ndef f(a):\n    return 1", "f is not defined above"),
        ("async def f(a):\n    return 1", "no part of a program"),
        ("if a == 1:\n    b = 2", "no part of a program"),
    ],
)
def test_other_statements_are_refused(text: str, message: str) -> None:
    """What has no place at the top level gives an error at its line."""
    with pytest.raises(UnreadableSource, match=message):
        definitions(Source(text, "f.py"))


@pytest.mark.parametrize(
    "annotation",
    [
        "int",
        "'Token'",
        "None",
        "Literal[1, 'a'] | None",
        "list[int] | None",
        "Any | None",
        "dict[str, int]",
        "tuple[int, ...]",
        "int | None",
        "list[dict[str, int]]",
    ],
)
def test_annotations_of_many_forms_are_types(annotation: str) -> None:
    """Types that Python evaluates without an error are left alone."""
    text = f"from typing import Any, Literal\ndef f(a: {annotation}):\n    return 1"
    definitions(Source(text, "f.py"))


@pytest.mark.parametrize(
    "annotation",
    [
        "'A' | 'B'",
        "'A' | None",
        "None | None",
        "int | 'A'",
        "int | str",
        "Literal['a'] | 'b c'",
        "Callable[int, int]",
        "Callable['a b', int]",
        "sys | None",
        "A | None",
        "Literal | None",
        "list[A]",
    ],
)
def test_annotations_that_could_fail_are_refused(annotation: str) -> None:
    """Python evaluates annotations when it defines a function; some that look like types end in an error there."""
    head = "import sys\nfrom collections.abc import Callable\nfrom typing import Literal\nA = [1]\n"
    with pytest.raises(UnreadableSource, match="no type"):
        definitions(Source(f"{head}def f(a: {annotation}):\n    return 1", "f.py"))
