"""The 125 regular languages of bveseli/state-tracking-crasp, read from the folder that TPROG_CRASP names."""

import csv
import os
from functools import cache
from pathlib import Path

import pytest
from random_machines import saying_states, told

from tprog.rasp.compile import compile_graph
from tprog.synthesis.automata.learning import learned
from tprog.synthesis.automata.part import graph_of_machine, measured
from tprog.synthesis.automata.proof import Proved, every_length
from tprog.synthesis.automata.regex import machine_of_regex

FOLDER = os.environ.get("TPROG_CRASP", "")
LANGUAGES = 125

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER, reason="set TPROG_CRASP to a copy of bveseli/state-tracking-crasp"
    ),
]


@cache
def expressions() -> tuple[str, ...]:
    """Return the regular expressions of the suite."""
    with (Path(FOLDER) / "main_language_suite.csv").open() as file:
        found = tuple(row["regex"] for row in csv.DictReader(file))
    assert len(found) == LANGUAGES
    return found


def test_every_language_has_a_graph_that_is_right_at_every_length() -> None:
    """The state of the complete minimal automaton after each letter, in at most six layers and readable tables."""
    for text in expressions():
        machine = saying_states(machine_of_regex(text))
        graph = graph_of_machine(machine)
        assert isinstance(every_length(graph, machine, machine.letters), Proved), text
        layers, heads, words = measured(graph)
        assert layers <= 6, text
        assert heads <= 7, text
        assert words <= 120, text


@pytest.mark.parametrize(("labels", "least"), [("accepted", 120), ("state", 120)])
def test_languages_are_learned_from_two_thousand_words(labels: str, least: int) -> None:
    """Random words of at most 50 letters; what fails was hardly ever seen."""
    found = 0
    for text in expressions():
        machine = machine_of_regex(text)
        machine = saying_states(machine) if labels == "state" else machine
        examples = told(machine, 2_000, 50)
        machine_found = learned(examples, lambda: False)
        if machine_found is not None and set(examples.alphabet) == set(machine.letters):
            same = every_length(machine_found, machine, machine.letters)
            found += isinstance(same, Proved)
    assert found >= least


def test_graphs_compile_for_inputs_of_fifty_letters() -> None:
    """Every fifth language becomes a Program that is equal to its graph on a sample."""
    for text in expressions()[::5]:
        machine = saying_states(machine_of_regex(text))
        graph = graph_of_machine(machine)
        compile_graph(graph, machine.letters, 50, enumerated=2_000, samples=500)
