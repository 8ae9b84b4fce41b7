"""Programs of others through from_tracr, interpreter, compiler, Program and ordinary Transformer: a table of how each fared.

From the folder `tests`, `python -m rasp.tracr_programs tracr FOLDER` takes tracr's own test cases, `… interpbench FOLDER TRACR`
the cases of InterpBench, each for its own vocabulary and greatest length. Both are imported from where they lie; what they
import besides tracr's language is a stand-in.
"""

import importlib
import importlib.util
import logging
import math
import random
import sys
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import torch

from tprog.analysis.verify.compare import compare
from tprog.errors import TprogError
from tprog.evaluate import count_inputs, encode
from tprog.ir import Program
from tprog.rasp.compile import Compiled, compile_graph
from tprog.rasp.evaluate import evaluate
from tprog.rasp.graph import SOp
from tprog.rasp.tracr import from_tracr
from tprog.transformer.model import Transformer
from tprog.transformer.weights import to_transformer

INPUTS = 200
"""Inputs on which each step is held to tracr's own evaluator."""

LISTED, SAMPLED = 10_000, 1_000
"""Program and Transformer are compared on every input of a domain of at most so many, else on a sample."""

STANDS_IN = (
    *("absl", "chex", "einops", "haiku", "iit", "jax", "networkx", "transformer_lens"),
    "tracr.compiler.compiling",
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
    """How a case fared: what each step says of it, `refused` or `DIFFERENT` with the reason in the last one reached."""

    case: str
    interpreted: str
    compiled: str = ""
    network: str = ""

    def __str__(self) -> str:
        return " | ".join(
            ("", self.case, self.interpreted, self.compiled, self.network, "")
        ).strip()

    def counted(self) -> list[str]:
        """Return what is to be counted of this case."""
        found = [
            name
            for name in ("interpreted", "compiled", "network")
            if getattr(self, name) and not getattr(self, name).startswith(("refused", "DIFFERENT"))
        ]
        return ["programs", *found] + ["different"] * ("DIFFERENT" in str(self))


class Different(Exception):
    """Two steps differ, on an input."""


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


def run(case: Case) -> Outcome:
    """Take a case from tracr's object to a Transformer, each step held to tracr's own evaluator."""
    said: list[str] = []
    try:
        graph = from_tracr(case.program, causal=case.causal)
        wanted = _wanted(case, graph)
        _hold(wanted, evaluate(graph, list(wanted), rules="tracr") if wanted else [])
        said.append("yes")
        compiled = compile_graph(graph, case.vocabulary, case.length, rules="tracr")
        _hold(wanted, _answers(case, compiled, wanted))
        how = "all" if compiled.exhaustive else "sample"
        said.append(f"{compiled.layers} layers, {compiled.heads} heads, {how} {compiled.inputs:,}")
        network, circuit = to_transformer(compiled.program)
        _hold(wanted, _answers(case, compiled, wanted, network))
        said.append(f"{len(circuit.blocks)} blocks, {_agreeing(network, compiled.program)}")
    except Different as difference:
        said.append(f"DIFFERENT: {difference}")
    except TprogError as refusal:
        said.append(f"refused: {refusal}")
    return Outcome(f"{case.name} ({len(case.vocabulary)}, {case.length})", *said)


def _wanted(case: Case, graph: SOp) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return what tracr gives on random inputs and expects on its own; where it fails the graph must have no value either."""
    draw = random.Random(0)
    found = {}
    for _ in range(INPUTS):
        sequence = tuple(draw.choices(case.vocabulary, k=draw.randint(1, case.length)))
        try:
            found[sequence] = tuple(_evaluator(case.causal)(case.program, list(sequence)))
        except Exception:  # tracr's evaluator has no answer here, so neither may the graph
            try:
                evaluate(graph, [sequence], rules="tracr")
            except TprogError:
                continue
            raise Different(f"tracr has no value on {sequence}") from None
    if case.example is not None:
        given, expected = case.example
        found[tuple(given)] = tuple(expected)
    return found


def _hold(
    wanted: Mapping[tuple[Any, ...], tuple[Any, ...]], answers: Sequence[Sequence[Any]]
) -> None:
    for (sequence, expected), answer in zip(wanted.items(), answers, strict=True):
        if len(expected) != len(answer) or not all(map(_alike, expected, answer)):
            raise Different(f"{sequence}: {expected} and {answer}")


def _answers(
    case: Case,
    compiled: Compiled,
    inputs: Iterable[tuple[Any, ...]],
    network: Transformer | None = None,
) -> list[list[Any]]:
    """Return the values that the Program, or its network, gives."""
    program = compiled.program
    stands = dict(zip(program.classifier.labels, compiled.values, strict=True))
    texts = dict(zip(case.vocabulary, program.domain.symbols, strict=True))
    found = []
    for sequence in inputs:
        words = [texts[element] for element in sequence]
        labels = program.run(words)
        if network is not None:
            ((_, batch),) = encode(program.domain, [words])
            (row,) = network.predict(batch)[:, program.domain.data_slice(batch.indices.shape[1])]
            labels = [network.config.labels[one] for one in row]
        found.append([stands[label] for label in labels])
    return found


def _agreeing(network: Transformer, program: Program) -> str:
    total = count_inputs(program.domain)
    limit = LISTED if total is not None and total <= LISTED else SAMPLED
    verdict = compare(network, program, limit=limit)
    if verdict.outcome == "different":
        raise Different(f"network and program on {verdict.counterexample}")
    return f"{'all' if verdict.exhaustive else 'sample'} {verdict.inputs:,}"


def _evaluator(causal: bool) -> Any:
    name = "tracr.rasp.causal_eval" if causal else "tracr.rasp.rasp"
    return importlib.import_module(name).evaluate


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
    print(
        "| case (vocabulary, length) | interpreted | compiled, on inputs | Transformer, on inputs |"
    )
    print("|---|---|---|---|")
    counts: Counter[str] = Counter()
    for case in cases:
        outcome = run(case)
        counts.update(outcome.counted())
        print(outcome, flush=True)
    print(
        f"{counts['programs']} programs: {counts['interpreted']} interpreted, {counts['compiled']} compiled, "
        f"{counts['network']} as Transformers, {counts['different']} different"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:])
