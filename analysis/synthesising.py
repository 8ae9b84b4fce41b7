"""Synthesis from beginning to end: a task's examples, the search, the Program, and what is known of both."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np

from tprog.analysis.measure.graph_predictor import GraphPredictor
from tprog.analysis.measure.predictors import LIMIT, Answering, Counterexample, make_side
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.codegen import emit
from tprog.errors import TprogError, UsageError
from tprog.evaluate.inputs import IntArray, encode, frame_indices
from tprog.files import write_all
from tprog.ir import Domain, Program, Provenance
from tprog.json_values import Formatted
from tprog.manifest import MANIFEST_FILE, PROGRAM_FILE, RASP_FILE, Manifest, source_hash
from tprog.rasp.compile import Compiled
from tprog.rasp.evaluate import RaspError
from tprog.rasp.graph import SOp
from tprog.rasp.printing import to_text
from tprog.synthesis.asking import LEAST, Judge, Judgement, example_of, examples_of
from tprog.synthesis.automata.part import graph_of_machine
from tprog.synthesis.automata.proof import Proved, every_length
from tprog.synthesis.automata.regex import machine_of_regex
from tprog.synthesis.examples import Example
from tprog.synthesis.parts import Step, size
from tprog.synthesis.portfolio import Portfolio, Solution, Synthesis, part_named
from tprog.synthesis.programs import shortest_of
from tprog.synthesis.tidy import named, tidied
from tprog.tasks.task import Task, draw_uniform

REPORT_FILE = "synthesis.json"
SEEN = 2_000
"""Inputs that a graph is asked about before its labels are taken to be known."""
COMPARED = 1_000_000
"""Program and task are compared on all inputs up to so many; that takes half a minute at most."""
RIVALS = 5
"""So many runners-up are told."""


class Unproved(TprogError):
    """A graph made of an automaton is not proved equal to it: a fault of ours."""

    slug = "unproved"


@dataclass(frozen=True, slots=True)
class Rival:
    """A solution as it is told.

    Attributes:
        how: the part that found it, and the way.
        size: its nodes and table rows.
        rasp: its text.
        wrong: an input on which it is wrong, longer than the domain has or not; null where none was found.
    """

    how: str
    size: int
    rasp: str
    wrong: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class SynthReport(Formatted):
    """What a search found, and what is known of it.

    Attributes:
        task: what was asked for.
        found: whether a graph is right on all examples.
        rasp: the graph as RASP; the best partial one where nothing was found; null where there is none at all.
        how: the part that found it, and the way; null where nothing was found.
        size: the graph's nodes and table rows; null where nothing was found.
        examples: how many it was held to.
        right: on how many of these the text is right.
        fresh: on how many fresh inputs of the domain it is right.
        longer: how many longer inputs were tried.
        longest: the greatest length that was tried.
        wrong_longer: a longer input on which it is wrong; null where there is none.
        unseen: cells of tables that no example decided.
        compiled: how the Program was compared with the graph, or why there is none; null where nothing was found.
        lines: of the Program's file; null where there is none.
        verdict: of the Program against the task: equal, different, unknown; null where there is no Program.
        seconds: what each part took.
        candidates: how many programs each part looked at.
        rivals: the runners-up.
        written: the run folder; null where nothing was written.
    """

    task: str
    found: bool
    rasp: str | None
    how: str | None
    size: int | None
    examples: int
    right: int
    fresh: int
    longer: int
    longest: int
    wrong_longer: tuple[str, ...] | None
    unseen: tuple[str, ...]
    compiled: str | None
    lines: int | None
    verdict: str | None
    seconds: Mapping[str, float]
    candidates: Mapping[str, int]
    rivals: tuple[Rival, ...]
    written: Path | None


@dataclass(frozen=True, eq=False)
class Synthesised:
    """What came of a search.

    Attributes:
        task: what was asked for.
        synthesis: what was found.
        compiled: the Program of the best solution; None where nothing was found or it cannot be compiled.
        refusal: why it cannot be compiled; empty where it can.
        verdict: of the Program against the task.
    """

    task: Task
    synthesis: Synthesis
    compiled: Compiled | None
    refusal: str
    verdict: Verdict | None

    @property
    def graph(self) -> SOp | None:
        """The best solution's graph."""
        best = self.synthesis.best
        return None if best is None else best.graph

    @property
    def program(self) -> Program | None:
        """The Program, with what is known of it as provenance."""
        best, compiled = self.synthesis.best, self.compiled
        if best is None or compiled is None:
            return None
        facts = (
            f"Found from {len(self.synthesis.examples.rows):,} examples by {best.how}.",
            f"Compiled from RASP: {compiled.how}.",
        )
        title = f"A synthesised Transformer Program for {self.task.spec}"
        return replace(
            compiled.program, provenance=Provenance(title, task=self.task.spec, facts=facts)
        )

    def report(self, written: Path | None) -> SynthReport:
        """Return what is known, to be printed as JSON."""
        found, best = self.synthesis, self.synthesis.best
        judged = (best and best.judgement) or Judgement((), (), 0, 0, 0)
        rows = len(found.examples.rows)
        text = best.graph if best else found.partial.graph if found.partial else None
        program = self.program
        return SynthReport(
            task=self.task.spec,
            found=best is not None,
            rasp=None if text is None else to_text(named(text)),
            how=best.how if best else None,
            size=best.size if best else None,
            examples=rows,
            right=rows if best else found.partial.right if found.partial else 0,
            fresh=judged.tried,
            longer=judged.tried_longer,
            longest=judged.longest,
            wrong_longer=judged.too_long[0].tokens if judged.too_long else None,
            unseen=best.unseen if best else (),
            compiled=None if best is None else self.compiled.how if self.compiled else self.refusal,
            lines=None if program is None else emit(program).count("\n"),
            verdict=self.verdict.outcome if self.verdict else None,
            seconds={name: round(one, 2) for name, one in found.seconds.items()},
            candidates=found.candidates,
            rivals=_rivals(found),
            written=written,
        )


def _rivals(found: Synthesis) -> tuple[Rival, ...]:
    """Return the runners-up, and what the task refuted."""
    told = [
        Rival(
            one.how,
            one.size,
            to_text(named(one.graph)),
            one.judgement.too_long[0].tokens if one.judgement and one.judgement.too_long else None,
        )
        for one in found.solutions[1 : RIVALS + 1]
    ]
    told += [
        Rival(one.how, size(one.graph), to_text(named(one.graph)), one.example.tokens)
        for one in found.refuted[:RIVALS]
    ]
    return tuple(told)


def search(
    task: Task,
    *,
    seconds: float = 60.0,
    parts: tuple[str, ...] = (),
    examples: int = LEAST,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
    report: Callable[[Step, Solution | None], None] | None = None,
    waits: float = float("inf"),
) -> Synthesis:
    """Look for the algorithm of a task.

    Args:
        task: what to find; it is asked for examples, and about fresh and longer inputs where it can be.
        seconds: of the processor, at most.
        parts: of the portfolio, by name; by default those of `DEFAULT`.
        examples: how many are drawn beside all short ones.
        seed: of every random choice.
        should_stop: whether somebody wants the search to end.
        report: told what the parts do, with the best solution so far.
        waits: seconds on the wall, at most.

    Raises:
        UsageError: there is no part of such a name, or the task has no examples.
    """
    return Portfolio(
        examples_of(task, examples, seed),
        seconds,
        {name: part_named(name) for name in parts},
        None if task.examples is not None else _judge(task, seed),
        should_stop or (lambda: False),
        report,
        seed,
        waits=waits,
    ).run()


def finished(task: Task, found: Synthesis, seed: int = 0) -> Synthesised:
    """Compile the solutions for the task's domain, and compare the shortest Program with the task."""
    if found.best is None:
        return Synthesised(task, found, None, "", None)
    judge = None if task.examples is not None else _judge(task, seed)
    domain = compiled_domain(task)
    best, compiled, why = shortest_of(found.solutions, domain, judge, pooled=task.pooled)
    if compiled is None:
        return Synthesised(task, found, None, f"not compiled: {why}", None)
    others = [other for other in found.solutions if other.graph != best.graph]
    verdict = compare(compiled.program, task, limit=COMPARED)
    return Synthesised(task, replace(found, solutions=[best, *others]), compiled, "", verdict)


def _judge(task: Task, seed: int) -> Callable[[SOp], Judgement]:
    """Return what a task says of a graph: on fresh inputs, then on the whole domain where that can be listed."""
    judge = Judge.of_task(task, seed)

    def judged(graph: SOp) -> Judgement:
        found = judge(graph)
        count = task.count()
        if found.refuted or count is None or count > LIMIT:
            return found
        verdict = compare(GraphPredictor(graph, task.domain, pooled=task.pooled), task)
        wrong = verdict.counterexample
        return found if wrong is None else replace(found, refuted=(_refuting(wrong, task),))

    return judged


def _refuting(wrong: Counterexample, task: Task) -> Example:
    return example_of(wrong.tokens, task.truth(wrong.tokens), task.pooled)


def synth_regex(text: str, length: int) -> Synthesised:
    """Return the algorithm that says of each beginning of a word whether a regular expression accepts it: 1 or 0.

    It is right at every length, by proof: the graph and the minimal automaton are explored together.

    Args:
        text: the regular expression, over letters of one character.
        length: the greatest length of the Program.

    Raises:
        BadRegex: it is none, and where.
        UsageError: its language cannot be written as RASP, and why.
    """
    machine = machine_of_regex(text)
    began = monotonic()
    graph = tidied(graph_of_machine(machine))
    proof = every_length(graph, machine, machine.letters)
    if not isinstance(proof, Proved):
        raise Unproved(f"the graph of {text!r} is not proved equal to its automaton: {proof}")

    def rule(tokens: tuple[str, ...]) -> list[str | None]:
        return [*machine.run(tokens)]

    task = Task(f"regex {text}", Domain(machine.letters, length), ("0", "1"), rule, causal=True)
    judged = _judge(task, 0)(graph)
    how = f"automata: proved equal at every length, {proof.states} states of both"
    solution = Solution(graph, "automata", how, size(graph), monotonic() - began, judged)
    found = Synthesis(examples_of(task), [solution], seconds={"automata": monotonic() - began})
    return finished(task, found)


def compiled_domain(task: Task) -> Domain:
    """Return a task's domain as the compiler wants it: with a prefix, a closed vocabulary and no scored symbols.

    Raises:
        RaspError: the vocabulary is open.
    """
    domain = task.domain
    if domain.unknown is not None:
        raise RaspError("the vocabulary is open: some words are read as unknown")
    return domain if domain.prefix is not None else replace(domain, prefix="<s>")


def write_synthesised(found: Synthesised, folder: Path) -> None:
    """Write a run folder: the graph as RASP, the Program with its manifest, and the report; whole or not at all."""
    report = found.report(folder)
    contents = {folder / REPORT_FILE: json.dumps(report.to_json(), indent=2) + "\n"}
    if report.found and report.rasp is not None:
        contents[folder / RASP_FILE] = report.rasp
    if found.program is not None:
        source = emit(found.program)
        manifest = Manifest(
            source_hash(source),
            task=found.task.spec,
            data=found.task.origin,
            other={"finished": True},
        )
        contents[folder / PROGRAM_FILE] = source
        contents[folder / MANIFEST_FILE] = manifest.text
    write_all({path: text.encode() for path, text in contents.items()})


def task_like(found: Answering, spec: str, domain: Domain | None = None) -> Task:
    """Return the task of answering as a Program, a network or a graph does.

    Args:
        found: what is asked.
        spec: how it is named.
        domain: its inputs, where it does not say so itself.

    Raises:
        UsageError: nothing says which inputs it is defined on.
    """
    if isinstance(found, Task):
        return found
    side = make_side(found, domain)
    random = np.random.default_rng(0)
    for _, batch in encode(side.domain, draw_uniform(side.domain, random, SEEN)):
        side.answers(batch, side.domain)

    def rule(tokens: tuple[str, ...]) -> tuple[str, ...]:
        ((_, batch),) = encode(side.domain, [tokens])
        answers = side.answers(batch, side.domain)[0]
        known = side.predictor.prediction_labels
        return tuple(known[one] for one in answers.ravel().tolist())

    def arrays(symbols: IntArray) -> IntArray:
        return side.answers(frame_indices(side.domain, symbols), side.domain)

    pooled = isinstance(found, Program) and found.classifier.pooled
    labels = tuple(side.predictor.prediction_labels)
    if not labels:
        raise UsageError(f"{spec} gives no labels")
    return Task(spec, side.domain, labels, rule, spec=spec, pooled=pooled, arrays=arrays)
