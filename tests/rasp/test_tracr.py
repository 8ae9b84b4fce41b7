"""Programs written for tracr, read by the names of their classes; tracr itself only where its folder is named."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tprog.rasp.compile import compile_graph
from tprog.rasp.evaluate import evaluate
from tprog.rasp.facts import NotCompiled
from tprog.rasp.graph import LENGTH, SOp
from tprog.rasp.module import graph_of
from tprog.rasp.tracr import from_tracr


def part(kind: str, **fields: Any) -> Any:
    """Return an object of a class with this name."""
    return type(kind, (SimpleNamespace,), {})(**fields)


class Comparison(SimpleNamespace):
    """A comparison by its sign that refuses None, as tracr's does."""

    def __call__(self, key: Any, query: Any) -> bool:
        """Compare."""
        if key is None or query is None:
            raise ValueError("key or query is None")
        return bool(key == query if self.value == "==" else key <= query)


TOKENS, INDICES = part("TokensType"), part("IndicesType")
BACK = part("Map", f=lambda place: place - 1, inner=INDICES)
SHIFT = part("Select", keys=INDICES, queries=BACK, predicate=Comparison(value="=="))
PREVIOUS = part("Aggregate", selector=SHIFT, sop=TOKENS, default=None)
ALL = part("Select", keys=TOKENS, queries=TOKENS, predicate=lambda key, query: True)


def _answers(program: Any, tokens: str, **options: bool) -> tuple[Any, ...]:
    return evaluate(from_tracr(program, **options), [tokens], rules="tracr")[0]


def test_none_passes_through_functions() -> None:
    """A function is not applied to the None of an aggregate without a match."""
    shouted = part("Map", f=lambda one: one + "!", inner=PREVIOUS)
    both = part("SequenceMap", f=lambda one, other: one + other, fst=shouted, snd=TOKENS)
    assert _answers(both, "abc") == (None, "a!b", "b!c")
    compiled = compile_graph(from_tracr(both), "abc", 3, rules="tracr")
    assert compiled.program.run("abc") == ["None", "a!b", "b!c"]


def test_a_comparison_is_rasps_own_where_none_cannot_come_up() -> None:
    """It prints as RASP, and what looks back is counted as in RASP."""
    back = part("Select", keys=INDICES, queries=INDICES, predicate=Comparison(value="<="))
    graph = from_tracr(part("SelectorWidth", selector=back))
    assert graph == graph_of("selector_width(select(indices, indices, <=))")
    assert compile_graph(graph, "ab", 3, rules="tracr").program.run("aba") == ["1", "2", "3"]


def test_none_is_not_compared() -> None:
    """Tracr refuses to compare None, so the program has no value and is not compiled."""
    width = part(
        "SelectorWidth",
        selector=part("Select", keys=PREVIOUS, queries=TOKENS, predicate=Comparison(value="==")),
    )
    with pytest.raises(NotCompiled, match="None"):
        compile_graph(from_tracr(width), "ab", 2, rules="tracr")


def test_causal_evaluation_masks_every_selector() -> None:
    """Causal, a width counts keys up to its own position, and so does a complement."""
    width = part("SelectorWidth", selector=ALL)
    assert _answers(width, "abc", causal=True) == (1, 2, 3)
    none = part("SelectorWidth", selector=part("SelectorNot", inner=part("SelectorNot", inner=ALL)))
    assert _answers(none, "abc", causal=True) == (1, 2, 3)
    assert from_tracr(part("LengthType")) == LENGTH
    assert _answers(part("LengthType"), "abc", causal=True) == (3, 3, 3)


def test_combined_selectors_and_constants() -> None:
    """And, or, constants and linear maps are read."""
    both = part("SelectorAnd", fst=ALL, snd=SHIFT)
    either = part("SelectorOr", fst=both, snd=SHIFT)
    line = part(
        "LinearSequenceMap",
        f=lambda one, other: 2 * one - other,
        fst=part("SelectorWidth", selector=either),
        snd=part("Full", fill=1),
    )
    assert _answers(line, "abc") == (-1, 1, 1)


@pytest.mark.parametrize(
    "program",
    [
        part("ConstantSelector", value=[[True]], check_length=True),
        part("ConstantSOp", value=[1, 2], check_length=True),
        part("SomethingElse"),
        ALL,
    ],
)
def test_what_has_no_meaning_is_refused(program: Any) -> None:
    """Constants for one length, unknown classes and bare selectors are refused by name."""
    with pytest.raises(NotCompiled, match="tracr"):
        from_tracr(program)


def test_shared_parts_are_read_once() -> None:
    """A chain whose tree has 2**40 nodes is read at once."""
    chain = TOKENS
    for _ in range(40):
        chain = part("SequenceMap", f=lambda one, _: one, fst=chain, snd=chain)
    found: SOp = from_tracr(chain)
    assert evaluate(found, ["ab"], rules="tracr") == [("a", "b")]


def test_copies_of_a_node_are_one_node() -> None:
    """What tracr copies to annotate it is computed once."""
    shouted = (part("Map", f=str.upper, inner=TOKENS), part("Map", f=str.upper, inner=TOKENS))
    both = from_tracr(
        part("SequenceMap", f=lambda one, other: one + other, fst=shouted[0], snd=shouted[1])
    )
    assert len(set(both.parts)) == 1


def test_functions_and_selectors_see_means_as_floats() -> None:
    """A mean equals the float 1/3 to a function and to a comparison."""
    is_a = part("Map", f=lambda one: one == "a", inner=TOKENS)
    mean = part("Aggregate", selector=ALL, sop=is_a, default=None)
    third = part("Map", f=lambda _: 1 / 3, inner=INDICES)
    same = part("Select", keys=mean, queries=third, predicate=Comparison(value="=="))
    assert _answers(part("Map", f=lambda one: one == 1 / 3, inner=mean), "abb") == (True,) * 3
    assert _answers(part("SelectorWidth", selector=same), "abb") == (3, 3, 3)


def test_a_default_of_none_stays_apart_from_every_value() -> None:
    """None, not a first value or zero, where nothing is selected."""
    compiled = compile_graph(from_tracr(PREVIOUS), "ab", 4, rules="tracr")
    assert set(compiled.values) == {None, "a", "b"}


def test_a_width_has_no_cap_below_the_length() -> None:
    """Every count up to the longest input."""
    compiled = compile_graph(
        from_tracr(part("SelectorWidth", selector=ALL)), "ab", 12, rules="tracr"
    )
    assert compiled.program.run("ab" * 6) == ["12"] * 12
    assert compiled.program.run("ababa") == ["5"] * 5


def test_several_unequal_strings_have_no_aggregate() -> None:
    """Refused, neither averaged nor chosen from."""
    with pytest.raises(NotCompiled, match="non-numbers"):
        compile_graph(
            from_tracr(part("Aggregate", selector=ALL, sop=TOKENS, default=None)),
            "ab",
            2,
            rules="tracr",
        )


TRACR, INTERPBENCH = os.environ.get("TPROG_TRACR", ""), os.environ.get("TPROG_INTERPBENCH", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "compiled"),
    [(("tracr", TRACR), 63), (("interpbench", INTERPBENCH, TRACR), 128)],
)
def test_programs_of_others_are_compiled_or_refused(
    arguments: tuple[str, ...], compiled: int
) -> None:
    """No program of tracr's tests or of InterpBench differs from tracr's own evaluator; most become ordinary Transformers."""
    if not all(arguments):
        pytest.skip("set TPROG_TRACR and TPROG_INTERPBENCH to the folders of the two repositories")
    done = subprocess.run(
        [sys.executable, "-m", "rasp.tracr_programs", *arguments],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    last = done.stdout.splitlines()[-1]
    assert last.endswith(" 0 different")
    numbers = [int(one) for one in last.split() if one.isdecimal()]
    assert min(numbers[2:4]) >= compiled, done.stdout
