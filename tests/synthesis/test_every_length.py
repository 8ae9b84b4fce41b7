"""Proofs for every length, held to evaluation on short inputs."""

import itertools

import pytest
from effort import scaled
from hypothesis import event, given, settings
from hypothesis import strategies as st
from random_machines import moves, words
from rasp_graphs import ALPHABET, graphs

from tprog.errors import UsageError
from tprog.rasp.evaluate import RaspError, evaluate, label
from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Node,
    Select,
    SOp,
    Width,
    walk,
)
from tprog.rasp.module import graph_of
from tprog.synthesis.automata.machine import Machine
from tprog.synthesis.automata.proof import Differs, Outside, Proved, every_length

SHORT = [word for length in range(1, 6) for word in itertools.product(ALPHABET, repeat=length)]


def agree(left: SOp, right: SOp) -> bool:
    """Tell whether two graphs give the same labels on all words up to length 5."""
    first, second = evaluate(left, SHORT), evaluate(right, SHORT)
    return [tuple(map(label, row)) for row in first] == [tuple(map(label, row)) for row in second]


@settings(max_examples=scaled(60), deadline=None)
@given(graphs(), graphs())
def test_what_is_decided_is_true(left: SOp, right: SOp) -> None:
    """Proved graphs agree on all short words; a difference is one, on the word's last position."""
    for one, other in ((left, right), (left, left)):
        found = every_length(one, other, ALPHABET, most=400)
        if isinstance(found, Proved):
            assert agree(one, other)
        elif isinstance(found, Differs):
            given = [label(evaluate(side, [found.word])[0][-1]) for side in (one, other)]
            assert given[0] != given[1]
            assert "a count" in found.labels or tuple(given) == found.labels


def looking_back(graph: SOp) -> SOp:
    """Return a graph like another whose heads look at positions up to their own, and whose counts are small numbers."""
    past = Select(Indices(), Indices(), "<=")
    known: dict[Node, Node] = {}

    def moved(part: object) -> object:
        if isinstance(part, tuple):
            return tuple(map(moved, part))
        return known[part] if isinstance(part, Node) else part

    for node in walk(graph):
        made = type(node)(**{name: moved(getattr(node, name)) for name in type(node).__slots__})
        match made:
            case Width(selector):
                made = Map("%", (Width(And(selector, past)), Const(3)))
            case Aggregate(Closest(selector), value, default):
                made = Aggregate(Closest(And(selector, past)), value, default)
            case Aggregate(selector, value, default):
                made = Aggregate(Closest(And(selector, past)), value, default)
            case Closest(selector):
                made = selector
            case Map(_, arguments) if Indices() in arguments:
                made = Map("%", (made, Const(4)))
        known[node] = made
    found = known[graph]
    assert isinstance(found, SOp)
    return found


def only_on(words: list[tuple[str, ...]], graph: SOp) -> Machine:
    """Return a machine that wants a graph's labels on these words and nothing elsewhere."""
    following = [[1] * len(ALPHABET) for _ in range(2)]
    rows: list[list[str | None]] = [[None] * len(ALPHABET) for _ in range(2)]
    for word, given_ in zip(words, evaluate(graph, words), strict=True):
        state = 0
        for token, one in zip(word, given_, strict=True):
            letter = ALPHABET.index(token)
            rows[state][letter] = label(one)
            if following[state][letter] == 1:
                following[state][letter] = len(following)
                following.append([1] * len(ALPHABET))
                rows.append([None] * len(ALPHABET))
            state = following[state][letter]
    return Machine(ALPHABET, tuple(map(tuple, following)), tuple(map(tuple, rows)))


@settings(max_examples=scaled(120))
@given(graphs(2).map(looking_back), st.integers(0, 1_000))
def test_what_a_graph_remembers_is_enough_to_compute_it(graph: SOp, seed: int) -> None:
    """Where a graph is followed, it gives on every word what evaluation gives."""
    several = words(moves("00", "00", "00"), 12, 9, seed)
    try:
        wanted = only_on(several, graph)
    except RaspError:
        return
    found = every_length(graph, wanted, ALPHABET, most=3_000)
    event(type(found).__name__)
    assert not isinstance(found, Differs), (found, graph)


PAST = "past = select(indices, indices, <=); before = select(indices, indices, <);"


SAME = {
    "parity": (
        f'{PAST} selector_width(select(tokens, "a", ==) and past) % 2;',
        f'{PAST} n = selector_width(select(tokens, "a", ==) and past); (n + 2 * indices) % 4 % 2;',
    ),
    "seen": (
        f'{PAST} 1 if selector_width(select(tokens, "a", ==) and past) > 0 else 0;',
        f'{PAST} aggregate(closest(select(tokens, "a", ==) and past), 1);',
    ),
    "previous": (
        'aggregate(select(indices, indices - 1, ==), tokens, "-");',
        'aggregate(closest(select(indices, indices, <)), tokens, "-");',
    ),
    "two before": (
        'aggregate(select(indices + 2, indices, ==), tokens, "-");',
        'one = select(indices, indices - 1, ==); aggregate(one, aggregate(one, tokens, "-"), "-");',
    ),
    "first": (
        'aggregate(select(indices, 0, ==), tokens, "-");',
        f'{PAST} n = indices == 0; aggregate(select(n, True, ==) and past, tokens, "-");',
    ),
    "same token before": (
        f"{PAST} selector_width(select(tokens, tokens, ==) and before) >= 1;",
        f"{PAST} aggregate(closest(select(tokens, tokens, ==) and before), 1) == 1;",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_different_texts_of_one_algorithm_are_proved_equal(name: str) -> None:
    """Counts modulo and capped, shifts, the closest, and keys compared with queries."""
    left, right = map(graph_of, SAME[name])
    assert agree(left, right)
    assert isinstance(every_length(left, right, ALPHABET), Proved)


def test_a_difference_far_out_is_found() -> None:
    """The shortest word on which a count modulo 20 is not the count capped."""
    left = graph_of("indices % 20")
    right = graph_of("indices if indices < 20 else 1;")
    found = every_length(left, right, ("a",))
    assert found == Differs(("a",) * 21, ("0", "1"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selector_width(select(tokens, tokens, ==)) % 2;", "behind its own"),
        (
            f'{PAST} selector_width(select(tokens, "a", ==) and past) > selector_width(select(tokens, "b", ==) and past);',
            "each other",
        ),
        (f"{PAST} aggregate(past, indices % 2);", "mean of different values"),
        ("aggregate(select(indices, indices - 1, ==), indices);", "without bound"),
    ],
)
def test_what_is_no_finite_machine_is_never_proved(text: str, said: str) -> None:
    """The reason names the node and what it does; short inputs were compared all the same."""
    found = every_length(graph_of(text), graph_of(text), ALPHABET)
    assert isinstance(found, Outside)
    assert said in found.reason
    assert found.node is not None
    assert found.checked >= 5


def test_outside_a_difference_is_still_found() -> None:
    """Short inputs are compared where nothing can be proved."""
    left = graph_of("selector_width(select(tokens, tokens, ==));")
    found = every_length(left, graph_of("1;"), ALPHABET)
    assert found == Differs(("a", "a"), ("2", "1"))


def test_machines_are_sides_too() -> None:
    """A machine must read the alphabet."""
    flip = moves("10", "01")
    parity = graph_of(f'{PAST} selector_width(select(tokens, "a", ==) and past) % 2;')
    assert isinstance(every_length(flip, parity, "ab"), Proved)
    assert isinstance(every_length(flip, moves("10", "00"), "ab"), Differs)
    with pytest.raises(UsageError, match="alphabet"):
        every_length(flip, parity, "abc")


def test_a_graph_without_a_value_is_not_proved() -> None:
    """A table that lacks a letter has no value there."""
    one = graph_of('{"a": 1}[tokens];')
    assert isinstance(every_length(one, one, ("a",)), Proved)
    assert isinstance(every_length(one, one, ("a", "b")), Outside)
    with pytest.raises(RaspError):
        evaluate(one, [("b",)])
