"""What a statement changes that is not followed."""

import pytest

from tprog.errors import UnreadableSource
from tprog.published.effects import Effects
from tprog.published.parsed import PublishedSource

BEFORE = """import math
import typing
from typing import List
import random
import numpy as np
from random import shuffle
tokens = ["a"]
total = 0

def run(tokens):
    return tokens

def check(limit=3):
    found = []
    count = {}
    wrong = 0
    for one in range(limit):
        found.append(run(["a"]))
        count[one] = found
        wrong += one
    if wrong > 3:
        raise ValueError(wrong)
    return len(found)

def spoil(values):
    values.append("x")

def spoil_quietly():
    other = tokens
    other.append("x")

def spoil_through(values):
    return spoil_deeply(values)

def spoil_deeply(values):
    values.clear()
"""


def left_out(text: str) -> tuple[frozenset[str], bool]:
    """Return what the last statement of a text binds, and whether it may raise an error."""
    source = PublishedSource(BEFORE + text + "\n", "p.py")
    effects = Effects(source)
    bound = effects.leave_out(source.module.body[-1])
    return bound, bool(effects.loud)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("print(tokens, f'{tokens}', end='')", ""),
        ("x = run(tokens)", "x"),
        ("for x in tokens:\n    z = run(x)\n    print(z)", "x z"),
        ("if tokens == total:\n    print('same')", ""),
        ("import time as t, os.path", "t os"),
        ("def f(a, b=1): open('x')", "f"),
        ("def f(a: List[int], b: typing.Any = 1) -> list[str]: pass", "f"),
    ],
)
def test_what_only_shows_something_is_left_out(text: str, bound: str) -> None:
    """Examples and prints change nothing, and raise nothing once their names are bound."""
    assert left_out(text) == (frozenset(bound.split()), False)


@pytest.mark.parametrize(
    "text",
    [
        "assert len(tokens) < 3, tokens",
        "check()",
        "x = math.floor(2.5)",
        "total += 1",
        "np.random.seed(0)",
        "for one in total: print(one)",
        "for one in range: print(one)",
        "x = sorted(tokens, key=lambda one: one)",
        "x = [random.choice(tokens) for _ in range(3)]",
        "print(', '.join(tokens).upper())",
        "x = tokens[0]",
        "for one in range(3):\n    total += one",
        "def f(a) -> None | None: pass",
        "if tokens:\n    x = total\nelse:\n    total = 1",
        "def f(a: int[3]): pass",
    ],
)
def test_what_computes_and_keeps_is_left_out_and_may_raise(text: str) -> None:
    """Checks, counts and pure functions change nothing that others see, and may end in an error."""
    assert left_out(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "tokens.append('x')",
        "tokens[0] = 'x'",
        "tokens.extra = 1",
        "tokens += ['x']",
        "del tokens",
        "spoil(tokens)",
        "spoil_quietly()",
        "spoil_through(tokens)",
        "[spoil(one) for one in tokens]",
        "list(map(spoil, tokens))",
        "sorted(tokens, key=tokens.remove)",
        "f = tokens.clear",
        "shuffle(tokens)",
        "list(map(shuffle, [tokens]))",
        "random.shuffle(tokens)",
        "np.random.shuffle(tokens)",
        "print(tokens, file=open('x', 'w'))",
        "setattr(run, 'x', 1)",
        "exec('tokens = 1')",
        "globals().update(tokens=1)",
        "__import__('os')",
        "print(total := 1)",
        "(lambda: tokens.pop())()",
        "import torch",
        "from .neighbour import x",
        "while True: pass",
        "with run(tokens) as x: pass",
        "try:\n    check()\nexcept ValueError: pass",
        "class A: x = tokens.pop()",
        "raise ValueError",
        "print(unknown)",
        "@spoil\ndef f(): pass",
        "def f(a=tokens.pop()): pass",
        "def f(a: tokens.pop()): pass",
        "async def f(): pass",
    ],
)
def test_what_may_change_something_is_refused(text: str) -> None:
    """Changes, directly, through functions, aliases or arguments, and everything that is not known."""
    with pytest.raises(UnreadableSource, match=r"^p\.py:\d+: "):
        left_out(text)
