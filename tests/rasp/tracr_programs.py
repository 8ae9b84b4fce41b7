"""Programs of others through from_tracr, interpreter, compiler and Program: a table of how each fared.

`python -m tests.rasp.tracr_programs tracr FOLDER` takes tracr's own test cases, `… interpbench FOLDER TRACR` the cases of
InterpBench. Both are imported from where they lie; what they import besides tracr's language is a stand-in.
"""

import importlib
import importlib.util
import logging
import math
import random
import sys
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from tprog.errors import TprogError
from tprog.rasp.compile import compile_graph
from tprog.rasp.evaluate import evaluate
from tprog.rasp.tracr import from_tracr

INPUTS = 200
LONGEST = 6
"""Cases are compiled for at most so many elements, so that a vocabulary of 26 letters is still sampled well."""

STANDS_IN = (
    *("absl", "chex", "einops", "haiku", "iit", "jax", "jaxtyping", "networkx", "torch"),
    *("transformer_lens", "tracr.compiler.compiling"),
)


@dataclass(frozen=True)
class Case:
    """A program with what it is to be compiled for."""

    name: str
    program: Any
    vocabulary: tuple[Any, ...]
    length: int
    causal: bool = False
    example: tuple[Sequence[Any], Sequence[Any]] | None = None


@dataclass(frozen=True)
class Outcome:
    """How a case fared: `compiled`, `refused` or `DIFFERENT`, and what is to be said of it."""

    case: str
    interpreted: bool
    verdict: str
    said: str


class _Anything(types.ModuleType):
    """A module in which every name is a class that does nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "logging":
            return logging
        return type(name, (), {"__class_getitem__": classmethod(lambda cls, _: cls)})


class _Finder:
    """Finds a stand-in for each of some packages and whatever is in them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if any(name == one or name.startswith(one + ".") for one in self.names):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Anything(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Leave the stand-in as it is."""


def tracr_cases(folder: Path) -> Iterator[Case]:
    """Yield tracr's own test cases, those that its compiler cannot do among them."""
    sys.path.insert(0, str(folder))
    sys.meta_path.insert(0, _Finder(STANDS_IN))
    cases = importlib.import_module("tracr.compiler.test_cases")
    seen: set[str] = set()
    for group, causal in (
        ("TEST_CASES", False),
        ("CAUSAL_TEST_CASES", True),
        ("UNSUPPORTED_TEST_CASES", False),
    ):
        for one in getattr(cases, group):
            name = f"{one['testcase_name']}{' (causal)' if causal else ''}"
            if name in seen:
                name += f" {len(seen)}"
            seen.add(name)
            yield Case(
                name,
                one["program"],
                tuple(sorted(one["vocab"])),
                one["max_seq_len"],
                causal,
                (one["test_input"], one["expected_output"]) if "test_input" in one else None,
            )


def interpbench_cases(folder: Path, tracr: Path) -> Iterator[Case]:
    """Yield the case programs of InterpBench."""
    sys.path[:0] = [str(folder), str(tracr)]
    package = "circuits_benchmark"
    heavy = (*STANDS_IN, f"{package}.transformers", f"{package}.metrics", f"{package}.utils")
    base = f"{package}.benchmark.tracr_benchmark_case"
    sys.meta_path.insert(0, _Finder((*heavy, base)))

    class TracrBenchmarkCase:
        def get_max_seq_len(self) -> int:
            return 10

    stand_in = _Anything(base)
    stand_in.TracrBenchmarkCase = TracrBenchmarkCase  # type: ignore[attr-defined]
    sys.modules[base] = stand_in
    places = (folder / package / "benchmark" / "cases").glob("case_[0-9]*.py")
    for place in sorted(places, key=lambda one: int(one.stem.split("_")[1])):
        number = place.stem.split("_")[1]
        module = importlib.import_module(f"{package}.benchmark.cases.{place.stem}")
        case = getattr(module, f"Case{number}")
        if not issubclass(case, TracrBenchmarkCase):
            continue
        one = case()
        vocabulary = tuple(sorted(one.get_vocab(), key=lambda value: (str(type(value)), value)))
        yield Case(f"case {number}", one.get_program(), vocabulary, int(one.get_max_seq_len()))


def run(case: Case, longest: int = LONGEST) -> Outcome:
    """Take a case from tracr's object to a Program, each step held to tracr's own evaluator."""
    try:
        graph = from_tracr(case.program, causal=case.causal)
    except TprogError as error:
        return Outcome(case.name, False, "refused", str(error))
    wanted: list[Any] = []
    inputs: list[tuple[Any, ...]] = []
    failures = 0
    draw = random.Random(0)
    length = min(case.length, longest)
    for _ in range(INPUTS):
        sequence = tuple(draw.choices(case.vocabulary, k=draw.randint(1, length)))
        try:
            answer = tuple(_evaluator(case.causal)(case.program, list(sequence)))
        except Exception:  # tracr's evaluator has no answer here, so neither may the graph
            failures += 1
            try:
                evaluate(graph, [sequence], rules="tracr")
            except TprogError:
                continue
            return Outcome(case.name, False, "DIFFERENT", f"tracr has no value on {sequence}")
        inputs.append(sequence)
        wanted.append(answer)
    found = evaluate(graph, inputs, rules="tracr") if inputs else []
    for sequence, one, other in zip(inputs, wanted, found, strict=True):
        if not _same(one, other):
            return Outcome(case.name, False, "DIFFERENT", f"{sequence}: {one} and {other}")
    if case.example is not None:
        given, expected = case.example
        (answer,) = evaluate(graph, [tuple(given)], rules="tracr")
        if not _same(expected, answer):
            return Outcome(case.name, False, "DIFFERENT", f"{given}: {expected} and {answer}")
    try:
        compiled = compile_graph(graph, case.vocabulary, length, rules="tracr")
    except TprogError as error:
        return Outcome(case.name, True, "refused", str(error))
    stands = dict(zip(compiled.program.classifier.labels, compiled.values, strict=True))
    texts = dict(zip(case.vocabulary, compiled.program.domain.symbols, strict=True))
    for sequence, one in zip(inputs, wanted, strict=True):
        labels = compiled.program.run([texts[element] for element in sequence])
        if not _same(one, [stands[label] for label in labels]):
            return Outcome(case.name, True, "DIFFERENT", f"{sequence}: {one} and {labels}")
    said = f"{compiled.layers} layers, {compiled.heads} heads, length {length}, {compiled.how}"
    return Outcome(case.name, True, "compiled", said)


def _evaluator(causal: bool) -> Any:
    name = "tracr.rasp.causal_eval" if causal else "tracr.rasp.rasp"
    return importlib.import_module(name).evaluate


def _same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: Any, other: Any) -> bool:
    numbers = (int, float, Fraction)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (
            one != one and other != other
        )
    return bool(one == other)


def main(kind: str, *folders: str) -> None:
    """Print the table."""
    paths = [Path(folder) for folder in folders]
    cases = tracr_cases(*paths) if kind == "tracr" else interpbench_cases(*paths)
    outcomes = []
    for case in cases:
        outcome = run(case)
        outcomes.append(outcome)
        print(f"{outcome.case:32} {outcome.verdict:10} {outcome.said}", flush=True)
    counts = Counter(outcome.verdict for outcome in outcomes)
    print(
        f"{len(outcomes)} programs: {sum(one.interpreted for one in outcomes)} interpreted, "
        f"{counts['compiled']} compiled, {counts['refused']} refused, {counts['DIFFERENT']} different"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
