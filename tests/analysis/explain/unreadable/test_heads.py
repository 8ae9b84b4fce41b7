"""Which calls are heads, and what attends to what."""

import pytest
from sources import BY_HAND, FORK

from tprog.analysis.explain.unreadable.heads import HeadFinder
from tprog.analysis.explain.unreadable.tree import parse


def heads(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return predicate, query, key and values of each head."""
    parsed = parse(text, "a.py")
    found = []
    for use in HeadFinder(parsed).uses:
        if use.attention is not None:
            given = use.attention
            parts = (given.predicate, given.query, given.key)
            predicate, query, key = map(parsed.text, parts)
            found.append((predicate, query, key, tuple(map(parsed.text, given.values))))
    return found


def test_published_heads_are_found_in_a_fork() -> None:
    """Helpers are known by their loops: the outer one is the query's."""
    assert heads(FORK) == [
        ("previous", "positions", "positions", ("tokens",)),
        ("same", "tokens", "previous_outputs", ("positions",)),
    ]


def test_other_names_and_plain_loops_are_heads_too() -> None:
    """Nothing hangs on names; a predicate that is called on pairs in two loops attends."""
    assert heads(BY_HAND) == [
        ("equal", "tokens", "tokens", ()),
        ("equal", "counts", "counts", ()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "from lib import select, aggregate\ndef run(t):\n    return aggregate(select(t, p, lambda q, k: q < k), t)\n",
        "def less(q, k): return q < k\ndef run(t):\n    s = [[less(q, k) for k in t] for q in p]\n    return total(s, t)\n",
        "def less(q, k): return q < k\ndef run(t):\n    s = [[less(q, k) for k in t] for q in p]\n    return [v for row, v in zip(s, t)]\n",
        "def attend(head, query, key, value):\n    return [[value[j] for j, k in enumerate(key) if head(q, k)] for q in query]\n"
        "def less(q, k): return q < k\ndef run(t):\n    return attend(value=t, head=less, query=p, key=t)\n",
    ],
)
def test_ways_to_write_one_head(text: str) -> None:
    """Imported helpers, list comprehensions and helpers of one step come to the same."""
    ((_, query, key, values),) = heads(text)
    assert (query, key, values) == ("p", "t", ("t",))


def test_ordinary_code_holds_no_heads() -> None:
    """`numpy.select`, sorting by keys and calls in one loop attend to nothing."""
    text = "import numpy as np\ndef f(a, b): return a + b\ndef g(x):\n    y = np.select([x > 0], [x], 0)\n"
    text += "    return sorted(y, key=lambda v: v), [f(a, b) for a, b in zip(x, y)], max(x)\n"
    assert heads(text) == []
