"""What is said of names, and what is not."""

import pytest

from tprog.analysis.explain.unreadable.names import find_names
from tprog.analysis.explain.unreadable.tree import parse


def said(text: str, *entries: str) -> list[tuple[int, str]]:
    """Return the findings of a text."""
    return [(one.line, one.text) for one in find_names(parse(text, "a.py"), (), entries)]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("import os\n", 1, "os is imported and never used"),
        ("def f():\n    a = 1\n    return 2\n", 2, "a is bound and never used"),
        ("def f():\n    return missing\n", 2, "missing is bound nowhere"),
    ],
)
def test_what_is_wrong_with_a_name_is_said_with_its_line(text: str, line: int, words: str) -> None:
    """Unused and unbound."""
    ((found, text),) = said(text)
    assert found == line
    assert text.startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "import os\n__all__ = ['os']\n",
        "import os as os\nimport a.b\nfrom __future__ import annotations\n",
        "try:\n    import os\nexcept ImportError:\n    pass\n",
        "def f():\n    a, b = 1, 2\n    return a\n",
        "def f():\n    for i in range(3):\n        if i:\n            print(a)\n        a = 1\n",
        "def f():\n    return later\n\nlater = 1\n",
        "def f():\n    g = lambda: later\n    later = 1\n    return g()\n",
        "def f():\n    def g():\n        nonlocal x\n        x = 1\n    g()\n    print(x)\n    x = 2\n",
        "def f():\n    global a\n    a = 1\ndef g(): return a\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "class A:\n    x = 1\n    y = [x for _ in range(3)]\n    @property\n    def z(self): return 1\n    @z.setter\n    def z(self, v): pass\n",
        "def f(x, *rest, k=1, **more): return [i for i in x], rest, k, more, __file__\n",
        "match 3:\n    case [a, *b]:\n        print(a, b)\n",
        "from x import *\nprint(anything)\n",
        "def f():\n    exec('a = 1')\n    return a\n",
        "del_me = 1\ndel del_me\n",
        "x: 'Later' = None\ndef f(y: Later2): return y\nclass Later2: pass\n",
        "print((lambda a: a)(1), [b for b in range(3)], {c: d for c, d in []})\n",
        "with open('f') as g:\n    g.read()\nimport g2 as h; h\n",
        "max = max(1, 2)\nprint(max)\n",
    ],
)
def test_what_python_can_bind_is_not_complained_of(text: str) -> None:
    """Scopes, loops, closures and guards are Python's, and an unclear case is no finding."""
    found = [each for each in said(text) if "Later2" not in each[1]]
    assert found == []


def test_of_a_program_unused_functions_are_named() -> None:
    """A library's functions are there for others; a program's are not."""
    text = "def helper(): pass\ndef run(): return 1\n"
    assert said(text) == []
    assert said(text, "run") == [(1, "helper is bound and never used in this file")]
