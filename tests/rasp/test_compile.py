"""The compiler: Programs equal to their graphs on whole domains, or a refusal with its reason."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from effort import scaled
from emitted import load
from hypothesis import given, settings
from rasp.forms import AT, FORMS, HIST, SORT, T, apply, where
from rasp_graphs import ALPHABET, graphs
from rasp_graphs import slow as slow_value

from tprog.codegen import emit
from tprog.evaluate import all_inputs
from tprog.evaluate.evaluator import Evaluator
from tprog.evaluate.scalar import interpret
from tprog.ir import CategoricalHead, Domain, Program
from tprog.rasp.compile import Compiled, compile_graph
from tprog.rasp.evaluate import label
from tprog.rasp.facts import NotCompiled
from tprog.rasp.graph import (
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Map,
    Not,
    Python,
    Select,
    SOp,
    Tokens,
    Value,
    Width,
)
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

DYCK2_DRAWN = 1_000_000


def _wrong(program: Program, task: Task) -> tuple[int, int]:
    """Return how many labels of a task a Program misses, and of how many."""
    return _missed(program, task, task.inputs())


def _missed(program: Program, task: Task, batches: object) -> tuple[int, int]:
    evaluator = Evaluator(program)
    place = np.array([task.label_index.get(one, -2) for one in program.classifier.labels])
    missed = asked = 0
    for batch in batches:  # type: ignore[attr-defined]
        truth = task.truth_batch(batch)
        given = place[evaluator.predictions(batch)]
        missed += int(((given != truth) & (truth >= 0)).sum())
        asked += int((truth >= 0).sum())
    return missed, asked


@pytest.mark.parametrize("name", [one for one in FORMS if one != "dyck2"])
def test_published_tasks_compile_to_what_they_ask_for(name: str) -> None:
    """Each form compiles in few layers and gives every label of its task's whole domain."""
    graph, layers = FORMS[name]
    task = get_task(name)
    compiled = compile_graph(graph, domain=task.domain)
    missed, asked = _wrong(compiled.program, task)
    assert missed == 0
    assert asked > 100_000
    assert compiled.layers <= layers


def test_a_domain_too_large_to_enumerate_is_sampled_and_said_so() -> None:
    """dyck2 has 4^15 inputs: the check says on how many of them, and balanced strings are right too."""
    graph, layers = FORMS["dyck2"]
    task = get_task("dyck2")
    compiled = compile_graph(graph, domain=task.domain, samples=2000)
    assert not compiled.exhaustive
    assert "2,000 of 1,073,741,824 inputs" in compiled.how
    assert compiled.layers <= layers
    assert _missed(compiled.program, task, task.sample(2000, seed=1))[0] == 0


@pytest.mark.slow
def test_dyck2_is_right_on_a_million_inputs() -> None:
    """A million draws, half of them begun by a balanced string."""
    task = get_task("dyck2")
    compiled = compile_graph(FORMS["dyck2"][0], domain=task.domain)
    assert _missed(compiled.program, task, task.sample(DYCK2_DRAWN, seed=2))[0] == 0


def _held(graph: SOp, length: int) -> Compiled | None:
    """Compile a graph and hold every way to run the Program to the slow evaluator; None where it was refused."""
    try:
        compiled = compile_graph(graph, ALPHABET, length)
    except NotCompiled:
        return None
    run = load(emit(compiled.program))
    domain = compiled.program.domain
    for size in range(1, length + 1):
        for tokens in product(ALPHABET, repeat=size):
            wanted = [label(value) for value in slow_value(graph, tokens)]
            assert compiled.program.run(list(tokens)) == wanted
            assert list(interpret(compiled.program, domain.frame(tokens)).predictions[1:]) == wanted
            assert run(list(tokens)) == wanted
    return compiled


refusals: list[SOp] = []


@settings(max_examples=scaled(60), deadline=None)
@given(graphs())
def _random_graphs(graph: SOp) -> None:
    if _held(graph, 3) is None:
        refusals.append(graph)


def test_random_graphs_equal_their_programs() -> None:
    """Slow evaluator, arrays, scalar interpreter and emitted Python agree on whole domains; few graphs are refused."""
    refusals.clear()
    _random_graphs()
    assert len(refusals) <= scaled(60) // 10 + 1


@pytest.mark.slow
def test_five_hundred_random_graphs_equal_their_programs() -> None:
    """The same at more graphs and length 4."""
    refused = 0

    @settings(max_examples=500, deadline=None)
    @given(graphs())
    def held(graph: SOp) -> None:
        nonlocal refused
        refused += _held(graph, 4) is None

    held()
    assert refused < 50


def _run(graph: SOp, tokens: Sequence[str], **options: object) -> list[str]:
    return compile_graph(graph, ("a", "b"), 4, **options).program.run(tokens)  # type: ignore[arg-type]


SHIFTED = Select(AT, apply("-", AT, 1), "==")


def test_a_default_is_given_where_nothing_is_selected() -> None:
    """A default may be None, a text or a number, and is told from a value that looks like it."""
    assert _run(Aggregate(SHIFTED, T, "?"), "ab") == ["?", "a"]
    assert _run(Aggregate(SHIFTED, T, None), "ab", rules="tracr") == ["None", "a"]
    assert _run(Aggregate(SHIFTED, AT, 0), "aab") == ["0", "0", "1"]
    twice = Aggregate(SHIFTED, Aggregate(SHIFTED, T, "?"), "!")
    assert _run(twice, "abb") == ["!", "?", "a"]


def test_default_positions_are_told_from_the_prefix() -> None:
    """A key that holds a default counts; the prefix, which holds the same entry, does not."""
    previous = Aggregate(SHIFTED, T, "?")
    assert _run(Width(Select(previous, Const("?"), "==")), "abb") == ["1", "1", "1"]


def test_widths_reach_the_greatest_length() -> None:
    """No width is cut off: the longest input counts all its positions."""
    assert _run(LENGTH, "abab") == ["4"] * 4
    assert _run(HIST, "aaaa") == ["4"] * 4


def test_texts_are_not_averaged() -> None:
    """Several unequal strings have no mean: refused, by RASP's rules even where they are equal."""
    several = Aggregate(Select(T, T, "=="), T, "?")
    for rules in ("rasp", "tracr"):
        with pytest.raises(NotCompiled, match="non-numbers"):
            _run(several, "ab", rules=rules)


def test_means_are_exact_fractions() -> None:
    """A mean of several numbers is a fraction in lowest terms, a single one keeps its value."""
    is_a = apply("indicator", apply("==", T, "a"))
    mean = Aggregate(Select(AT, AT, "<="), is_a)
    assert _run(mean, "abba") == ["1", "1/2", "1/3", "1/2"]
    assert _run(Aggregate(Select(AT, AT, "<="), AT), "aab") == ["0", "1/2", "1"]


def test_a_suffix_is_no_key() -> None:
    """In a framed domain the suffix is neither counted nor copied, at any length."""
    domain = Domain(("a", "b"), 4, prefix="<s>", suffix="</s>")
    last = Aggregate(Select(AT, apply("-", LENGTH, 1), "=="), T, "?")
    for graph, wanted in (
        (last, ["b", "b"]),
        (LENGTH, ["2", "2"]),
        (Width(Select(AT, AT, ">")), ["1", "0"]),
        (Aggregate(Select(AT, apply("+", AT, 1), "=="), T, "?"), ["b", "?"]),
    ):
        compiled = compile_graph(graph, domain=domain)
        assert compiled.program.run(["a", "b"]) == wanted
        assert compiled.exhaustive


def test_one_head_serves_two_defaults() -> None:
    """Aggregates that differ by their default alone share their head."""
    one, other = Aggregate(SHIFTED, T, "?"), Aggregate(SHIFTED, T, "!")
    assert compile_graph(apply("+", one, other), ("a", "b"), 3).heads == 1


def test_elementwise_steps_before_a_head_cost_nothing() -> None:
    """Functions of one variable go into predicates and votes: no look-up is written."""
    upper = Map("if", (Const("x"), apply("==", T, "a"), Const("y")))
    compiled = compile_graph(Aggregate(SHIFTED, upper, "?"), ("a", "b"), 3)
    assert [type(one) for one in compiled.program.operations] == [CategoricalHead]


def test_names_of_the_source_are_kept() -> None:
    """Variables have the names that are given for their s-ops."""
    rank = SORT.parts[0].parts[0]
    compiled = compile_graph(SORT, ("a", "b"), 3, names={SORT: "ordered", rank: "rank"})
    assert {"ordered", "rank"} <= set(compiled.program.names)


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (apply("+", T, 1), "has no value on the input"),
        (Map(Python("mixed", lambda one: 1 if one == "a" else "1"), (T,)), "different types"),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_its_reason(graph: SOp, reason: str) -> None:
    """Each refusal says why."""
    with pytest.raises(NotCompiled, match=reason):
        compile_graph(graph, ("a", "b"), 3)


def test_the_closest_may_stand_within_other_selectors() -> None:
    """It is compiled as the position that it chooses."""
    graph = Width(And(Closest(where(apply("==", T, "a"))), Not(SHIFTED)))
    assert compile_graph(graph, ("a", "b"), 4).exhaustive


def test_outputs_that_would_be_written_alike_are_refused() -> None:
    """`1` and the text `1` are different outputs with one label."""
    mixed = Map(Python("mixed", lambda one: 1 if one == "a" else "1"), (T,))
    with pytest.raises(NotCompiled, match="written alike"):
        compile_graph(mixed, ("a", "b"), 2, rules="tracr")


def test_values_of_labels_are_given_back() -> None:
    """The elements may be numbers; labels stand for values."""
    values: tuple[Value, ...] = (1, Fraction(1, 2))
    compiled = compile_graph(Tokens(), values, 2, rules="tracr")
    assert dict(zip(compiled.program.classifier.labels, compiled.values, strict=True)) == {
        "1": 1,
        "1/2": Fraction(1, 2),
    }


def test_a_program_is_compared_on_every_input() -> None:
    """All inputs up to the greatest length are counted in what is said."""
    compiled = compile_graph(HIST, ("a", "b"), 3)
    assert compiled.inputs == sum(len(batch) for batch in all_inputs(compiled.program.domain))
    assert compiled.how == "equal to the graph on all 14 inputs"


def test_a_default_is_not_taken_for_the_frame() -> None:
    """A query whose default looks like the prefix selects data there too; a head that counts keys must not count it."""
    other = Aggregate(Closest(Select(AT, AT, "!=")), T, "c")
    copied = Aggregate(Closest(Select(T, other, "<=")), T, "a")
    compile_graph(Width(Select(copied, T, "==")), "abc", 3)
