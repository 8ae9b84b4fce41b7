"""Distillation: which modules matter, what they are as RASP, and an exact Program from an almost right one."""

from dataclasses import replace

import pytest

from tprog.ir import CategoricalHead, Domain, NumericalHead, Program, Table, predicate_table
from tprog.learn.distil import atoms, distilled, importance, symbolic
from tprog.learn.phases import share
from tprog.learn.settings import (
    SynthesisSettings,
    TrainSettings,
    WarmStartSettings,
)
from tprog.learn.train import train
from tprog.rasp import graph as g
from tprog.rasp.compile import compile_graph
from tprog.rasp.module import graph_of
from tprog.rasp.translate import translate
from tprog.tasks.dataset import Dataset, make_dataset
from tprog.tasks.task import Task

DOMAIN = Domain(("a", "b", "c", "d"), 6, prefix="<s>")


def _count_behind(tokens: tuple[str, ...]) -> list[str]:
    """How often the token occurs that stood behind the own token's last occurrence; 0 where it has none."""
    found = []
    for place, token in enumerate(tokens):
        before = [one for one in range(place) if tokens[one] == token]
        found.append(str(tokens.count(tokens[before[-1] + 1])) if before else "0")
    return found


TASK = Task("count behind", DOMAIN, tuple(map(str, range(7))), _count_behind, default_samples=6000)
RIGHT = graph_of(
    "aggregate(select(indices, aggregate(closest(select(tokens, tokens, ==) and select(indices, indices, <)),"
    " indices, -5) + 1, ==), selector_width(select(tokens, tokens, ==)), 0)"
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Return sequences of the task."""
    return make_dataset(TASK, 0)


@pytest.fixture(scope="module")
def damaged() -> Program:
    """Return a Program for the task with one wrong row in each head that compares tokens."""
    program = compile_graph(RIGHT, domain=DOMAIN).program
    operations = list(program.operations)
    for number, head in enumerate(operations):
        if isinstance(head, CategoricalHead | NumericalHead):
            queries, keys = (program.finite_values(one) for one in (head.query, head.key))
            if queries.textual:
                rows = list(predicate_table(head.predicate, queries, keys).rows)
                rows[4] = (3,)
                operations[number] = replace(head, predicate=Table(tuple(rows)))
    return replace(program, operations=tuple(operations))


def test_what_matters_is_told_by_ablation(dataset: Dataset, damaged: Program) -> None:
    """The head before the votes matters as much as all labels that are not the usual one; what nothing reads does not."""
    idle = replace(
        damaged,
        operations=(*damaged.operations, damaged.operations[0]),
    )
    drops = importance(idle, dataset.train.batches(), TASK.labels)
    assert list(drops) == list(range(len(idle.inputs), len(idle.variables)))
    assert drops[len(idle.variables) - 1] == 0
    assert all(drop > 0.05 for number, drop in drops.items() if number < len(idle.variables) - 1)


def test_predicates_near_a_comparison_are_that_comparison(damaged: Program) -> None:
    """The head of the counts compares tokens again; a predicate without any order is none."""
    names = {number: one.data for number, one in enumerate(translate(damaged))}
    counts = next(
        one for one in damaged.operations if isinstance(one, NumericalHead) and not one.causal
    )
    wanted = g.Width(g.Select(g.Tokens(), g.Tokens(), "=="))
    assert symbolic(damaged, counts, names) == wanted
    rows = ((), (2, 3), (1,), (2, 4), (1, 2))
    assert symbolic(damaged, replace(counts, predicate=Table(rows)), names) is None


def test_atoms_are_short_and_those_that_matter(dataset: Dataset, damaged: Program) -> None:
    """The count of the own token is among them; where nothing matters, there are none."""
    sequences = dataset.train.sequences[:200]
    drops = importance(damaged, dataset.train.batches(), TASK.labels)
    found = [node for _, node in atoms(damaged, drops, sequences, lambda: True)]
    assert g.Width(g.Select(g.Tokens(), g.Tokens(), "==")) in found
    assert len(found) == len(set(found))
    assert not atoms(damaged, dict.fromkeys(drops, 0.0), sequences, lambda: False)


def test_an_almost_right_program_becomes_exact(dataset: Dataset, damaged: Program) -> None:
    """A hand-made Program that is wrong for one token of four is made right within seconds."""
    assert share(damaged, dataset.train) < 0.9
    settings = SynthesisSettings(0.0, distil=4.0)
    found, count = distilled(
        damaged, dataset, replace(settings, seconds=settings.distil), lambda: False, lambda *_: None
    )
    assert count > 0
    assert found is not None
    assert found.program is not None
    assert share(found.program, dataset.train) == share(found.program, dataset.validation) == 1.0


def test_without_anything_that_matters_nothing_is_searched(dataset: Dataset) -> None:
    """A Program that answers the same always has nothing to give."""
    constant = compile_graph(g.Const("0"), domain=DOMAIN).program
    found = distilled(constant, dataset, SynthesisSettings(60.0), lambda: False, lambda *_: None)
    assert found == (None, 0)


@pytest.mark.slow
def test_a_gradient_network_becomes_exact_and_short(dataset: Dataset) -> None:
    """Neither search alone is enough: gradient ends near, synthesis with what it learned ends at the rule."""
    settings = TrainSettings(
        synthesis=SynthesisSettings(0.0, distil=30.0),
        warm_start=WarmStartSettings(epochs=25),
        restarts=2,
        workers=1,
        search_rounds=1,
    )
    found = train(TASK, settings)
    told = found.metrics["distilled"]
    assert told["from"] < 1
    assert told["chosen"]
    assert told["holds"]
    assert found.metrics["train"] == found.metrics["validation"] == found.metrics["test"] == 1
