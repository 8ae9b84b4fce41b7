"""Machines, regular expressions, and machines as RASP graphs."""

import itertools
import re

import pytest
from effort import scaled
from hypothesis import given, settings
from random_machines import moves, random_machines, saying_states, told, words

from tprog.rasp.compile import compile_graph
from tprog.rasp.evaluate import evaluate, label
from tprog.synthesis.automata.cascade import Refused
from tprog.synthesis.automata.holonomy import by_holonomy
from tprog.synthesis.automata.layers import by_layers
from tprog.synthesis.automata.learning import learned, merge_states, right
from tprog.synthesis.automata.machine import Machine, minimal
from tprog.synthesis.automata.part import candidates, graph_of_machine, measured
from tprog.synthesis.automata.proof import Differs, Proved, every_length
from tprog.synthesis.automata.regex import BadRegex, machine_of_regex
from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.synthesis.parts import Effort

EXPRESSIONS = ("(ab)*", "a|b*ca|bb", "[ab]+c?", "(a(ab)*b)*", "(b*ab*a)*b*", "a()b|", "((a?b)+|c)*")


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_accepts_what_python_says(text: str) -> None:
    """On all words up to length 6, the label after the last letter is whether the whole word matches."""
    machine = machine_of_regex(text)
    for length in range(1, 7):
        for word in itertools.product(machine.letters, repeat=length):
            accepted = re.fullmatch(text, "".join(word)) is not None
            assert machine.run(word)[-1] == str(int(accepted)), word


def test_states_are_those_of_the_minimal_complete_automaton() -> None:
    """They are numbered breadth-first from 0."""
    machine = saying_states(machine_of_regex("(ab)*"))
    assert machine.letters == ("a", "b")
    assert machine.following == ((1, 2), (2, 0), (2, 2))
    assert machine.run("abaa") == ("1", "0", "1", "2")


@pytest.mark.parametrize(
    ("text", "place"), [("(ab", 0), ("a)", 1), ("*a", 0), ("a|+", 2), ("[]", 0), ("a[b", 1)]
)
def test_a_wrong_expression_is_shown_where(text: str, place: int) -> None:
    """The excerpt has a caret below the character."""
    with pytest.raises(BadRegex) as caught:
        machine_of_regex(text)
    assert caught.value.excerpt == (text, " " * place + "^")


@settings(max_examples=scaled(60))
@given(random_machines(), random_machines())
def test_the_word_that_tells_machines_apart_does(left: Machine, right_one: Machine) -> None:
    """A minimal machine is the same machine, and a difference is one on the last letter of the word."""
    assert isinstance(every_length(minimal(left), left, left.letters), Proved)
    if left.letters == right_one.letters:
        found = every_length(left, right_one, left.letters)
        assert (minimal(left) == minimal(right_one)) == isinstance(found, Proved)
        if isinstance(found, Differs):
            assert (left.run(found.word)[-1], right_one.run(found.word)[-1]) == found.labels
            assert left.run(found.word)[:-1] == right_one.run(found.word)[:-1]


@settings(max_examples=scaled(60), deadline=None)
@given(random_machines(3, ("x", "y", "z")))
def test_the_graph_of_a_machine_is_the_machine_at_every_length(machine: Machine) -> None:
    """By the proof, and by what both give on words, in either direction."""
    graph = graph_of_machine(machine)
    assert isinstance(every_length(graph, machine, machine.letters), Proved)
    several = words(machine, 20, 12)
    assert [tuple(map(label, row)) for row in evaluate(graph, several)] == [
        machine.run(word) for word in several
    ]
    mirrored = graph_of_machine(machine, backwards=True)
    assert [tuple(map(label, row))[::-1] for row in evaluate(mirrored, several)] == [
        machine.run(word[::-1]) for word in several
    ]


@settings(max_examples=scaled(30))
@given(random_machines(4))
def test_few_layers_say_the_same_as_the_holonomy_decomposition(machine: Machine) -> None:
    """Where the search finds a graph it is the machine; its layers are as few as any."""
    few, general = by_layers(machine, False, lambda: False), by_holonomy(machine)
    assert isinstance(every_length(general, machine, machine.letters), Proved)
    if few is not None:
        assert isinstance(every_length(few, general, machine.letters), Proved)


def test_a_search_that_is_over_leaves_the_holonomy_decomposition() -> None:
    """Out of time, the search finds nothing and the general graph is right all the same."""
    machine = saying_states(machine_of_regex("(a(ab)*b)*"))
    graph = graph_of_machine(machine, over=lambda: True)
    assert graph == by_holonomy(machine)
    assert measured(graph_of_machine(machine)) < measured(graph)


def test_brackets_of_bounded_depth_are_one_count_and_few_layers() -> None:
    """Up to four deep: a count modulo the number of depths, and what it was when a bracket was wrong."""
    machine = saying_states(machine_of_regex("(a(a(a(ab)*b)*b)*b)*"))
    graph = graph_of_machine(machine)
    assert isinstance(every_length(graph, machine, machine.letters), Proved)
    assert measured(graph)[0] <= 2


@pytest.mark.parametrize(
    "machine",
    [moves("1032", "1230"), moves("102", "120", "000"), moves("12304567", "45670123")],
    ids=["S4", "S3 and a reset", "Z4 beside Z2"],
)
def test_solvable_groups_are_sums(machine: Machine) -> None:
    """Groups whose derived series ends are written as prefix sums, and proved."""
    graph = graph_of_machine(machine)
    assert isinstance(every_length(graph, machine, machine.letters), Proved)


def test_a_group_that_is_not_solvable_is_refused() -> None:
    """A5, the smallest, has no such heads; the reason says so."""
    with pytest.raises(Refused, match="order 60 that is not solvable"):
        graph_of_machine(moves("12340", "12034"))


def test_a_graph_compiles() -> None:
    """The Program of a bounded length is equal to the graph where it was compared."""
    compiled = compile_graph(
        graph_of_machine(saying_states(machine_of_regex("(ab)*"))), ("a", "b"), 8
    )
    assert compiled.exhaustive
    assert compiled.layers <= 3


@settings(max_examples=scaled(20), deadline=None)
@given(random_machines(4))
def test_a_machine_is_learned_from_its_labels(machine: Machine) -> None:
    """What is learned of 300 random words is right on them, and where it is found it says what the machine says."""
    examples = told(machine, 300, 16)
    found = learned(examples, lambda: False)
    if found is not None:
        assert right(found, examples)
        if found.letters == machine.letters:
            assert isinstance(every_length(found, machine, machine.letters), Proved)


def test_words_of_a_language_teach_it() -> None:
    """Acceptance of beginnings is enough; the candidate is right on all examples, and at every length."""
    machine = machine_of_regex("(a|b)*abb")
    (found,) = candidates(told(machine, 400, 20), Effort())
    assert found.unseen == ()
    assert isinstance(every_length(found.graph, machine, "ab"), Proved)


def test_labels_from_right_to_left_are_learned_too() -> None:
    """Carries run from the last digit to the first: the machine that reads backwards is found."""
    machine = saying_states(machine_of_regex("(a|b)*ab"))
    rows = (Example(one[::-1], machine.run(one)[::-1]) for one in words(machine, 300, 12))
    examples = Examples(tuple(rows))
    found = [*candidates(examples, Effort())]
    assert found
    assert wrong_rows(found[0].graph, examples) == []
    assert "right to left" in found[0].how


def test_counting_without_bound_is_no_machine() -> None:
    """More a than b so far: what fits the lengths seen fails beyond, so nothing is offered."""
    chance = words(moves("00", "00"), 400, 20)
    rows = (
        Example(
            one,
            tuple(
                str(one[:end].count("a") > one[:end].count("b")) for end in range(1, len(one) + 1)
            ),
        )
        for one in chance
    )
    assert [*candidates(Examples(tuple(rows), causal=True), Effort())] == []


def test_a_count_is_no_table_of_states() -> None:
    """How many letters since the last blank: each count follows from the one before, and longer words have more."""
    rows = []
    for word in words(moves("00", "00", "00"), 300, 9):
        counts = [0]
        for letter in word:
            counts.append(0 if letter == "c" else counts[-1] + 1)
        rows.append(Example(word, tuple(map(str, counts[1:]))))
    assert [*candidates(Examples(tuple(rows), causal=True), Effort())] == []


def test_contradicting_examples_have_no_machine() -> None:
    """The same beginning with two labels."""
    rows = Example(("a", "b"), ("0", "1")), Example(("a", "c"), ("1", "1"))
    assert merge_states(Examples(rows), None, lambda: False) is None
