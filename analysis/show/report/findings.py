"""Everything that a report tells of a Program, as data. Owns gathering it in bounded time; refuses to render it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tprog.analysis.explain.circuits import Survey
from tprog.analysis.explain.summary import Summary, summarize
from tprog.analysis.measure.figures import MOST_FAILURES, Accuracy, Progress, check_task
from tprog.analysis.measure.predictors import LIMIT, reframe
from tprog.analysis.show.report.picture import circuit_svg
from tprog.analysis.show.report.shorter import Shorter, shorter_beside, shorter_found
from tprog.analysis.show.report.sourcemap import SourceMap, map_source
from tprog.analysis.show.report.suspects import Suspicions, find_circuits, find_suspicions
from tprog.analysis.show.report.usage import EXTRA_LENGTH, Usage, count_usage
from tprog.errors import TprogError, UsageError
from tprog.evaluate import sample_inputs
from tprog.ir import Program
from tprog.manifest import Manifest
from tprog.tasks import Task, get_task

# Ordinary inputs that the page offers, beside the failing ones.
EXAMPLES = 24
# For simplifying, where no simplified file lies beside the program.
SIMPLIFY_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Example:
    """An input that the page offers.

    Attributes:
        tokens: the data symbols.
        expected: the right labels, None where none is asked for; None where nobody knows.
        got: the program's labels, for a failing input; else None.
    """

    tokens: tuple[str, ...]
    expected: tuple[str | None, ...] | None
    got: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report tells.

    Attributes:
        program: the Program.
        file: the name of its file.
        source: the text of its file.
        summary: what the analysis page shows.
        task: what it is to compute; None where nobody knows.
        usage: how often each part is used; None where it could not be run.
        places: where everything stands in the file.
        picture: the circuit graph as an `<svg>` element; None where there is none.
        examples: inputs to try, the failing ones first.
        shorter: the simplified program; None where none was sought.
        circuits: which parts decide what; None where that was not sought.
        suspicions: what the errors come from; None where there are none, or that was not sought.
    """

    program: Program
    file: str
    source: str
    summary: Summary
    task: Task | None
    usage: Usage | None
    places: SourceMap
    picture: str | None
    examples: tuple[Example, ...]
    shorter: Shorter | None
    circuits: Survey | None
    suspicions: Suspicions | None

    def __repr__(self) -> str:
        """Say in one line of which file it is."""
        return f"<Report of {self.file!r}: {self.program!r}>"

    @property
    def accuracy(self) -> Accuracy | None:
        """Accuracy on the widest set of inputs that was measured."""
        return self.summary.figures.whole or self.summary.figures.test

    @property
    def failures(self) -> tuple[Example, ...]:
        """The examples that fail."""
        return tuple(example for example in self.examples if example.got is not None)


def make_report(
    program: Program,
    source: str,
    *,
    file: str = "program.py",
    manifest: Manifest | None = None,
    task: Task | None = None,
    simplified: tuple[Program, str] | None = None,
    simplify_seconds: float = SIMPLIFY_SECONDS,
    deep: bool = True,
    seed: int | None = None,
    limit: int = LIMIT,
    recompute: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Gather everything that a report tells.

    Args:
        program: what was read from the file.
        source: the text of the file.
        file: its name.
        manifest: the manifest beside it, whose figures are taken while they are of this file.
        task: what the Program is to compute; by default what the manifest or the file says.
        simplified: the simplified Program that lies beside it, and its text.
        simplify_seconds: otherwise, how long to look for one; 0 for not at all.
        deep: whether to look for circuits and for what errors come from, too.
        seed: of the test data and of samples.
        limit: the most inputs that are run one by one; beyond it, samples are.
        recompute: whether to measure although a manifest agrees.
        progress: called while measuring, see `tprog.analysis.measure.figures.measure`.

    Raises:
        UsageError: the given task does not fit the Program.
        InvalidProgram: a number could exceed 64 bits.
    """
    summary = summarize(
        program,
        source=source,
        manifest=manifest,
        task=task,
        seed=seed,
        recompute=recompute,
        limit=limit,
        progress=progress,
    )
    chosen = task if task is not None else _named_task(program, summary.figures.task)
    if progress is not None:
        progress("what is used", 0, None)
    usage = count_usage(program, chosen, seed or 0)
    examples = _examples(program, chosen, summary, seed or 0)
    failing = [example.tokens for example in examples if example.got is not None]
    circuits = find_circuits(program, chosen, progress) if deep else None
    suspicions = None
    if deep and chosen is not None and failing:
        if progress is not None:
            progress("what errors come from", 0, None)
        suspicions = find_suspicions(program, source, chosen, failing, seed or 0)
    if progress is not None:
        progress("a shorter program", 0, None)
    return Report(
        program,
        file,
        source,
        summary,
        chosen,
        usage,
        map_source(program, source, usage),
        circuit_svg(program),
        examples,
        _shorter(program, source, simplified, simplify_seconds),
        circuits,
        suspicions,
    )


def _named_task(program: Program, spec: str | None) -> Task | None:
    if spec is None:
        return None
    try:
        task = get_task(spec)
        check_task(program, task)
    except TprogError:
        # The figures speak of a task that cannot be had here, such as a user's own.
        return None
    return task


def _shorter(
    program: Program, source: str, simplified: tuple[Program, str] | None, seconds: float
) -> Shorter | None:
    if simplified is not None:
        try:
            return shorter_beside(program, source, *simplified)
        except UsageError:
            # The file beside this one is of another program.
            pass
    return shorter_found(program, source, seconds) if seconds > 0 else None


def _examples(
    program: Program, task: Task | None, summary: Summary, seed: int
) -> tuple[Example, ...]:
    measured = summary.figures.whole or summary.figures.test
    failing = [
        Example(found.tokens, found.expected, found.got)
        for found in (() if measured is None else measured.failures[:MOST_FAILURES])
    ]
    taken = {example.tokens for example in failing}
    ordinary = [example for example in _drawn(program, task, seed) if example.tokens not in taken]
    return (*failing, *_unique(ordinary))


def _drawn(program: Program, task: Task | None, seed: int) -> list[Example]:
    """Draw inputs, mixed lengths."""
    domain = program.domain
    if task is None:
        up_to = domain.min_length + EXTRA_LENGTH if domain.max_length is None else None
        drawn = [
            Example(batch.data(row, domain), None)
            for batch in sample_inputs(domain, EXAMPLES, seed, up_to)
            for row in range(len(batch))
        ]
    else:
        drawn = []
        for given in task.sample(EXAMPLES, seed):
            batch = reframe(given, task.domain, domain)
            for row in range(len(batch)):
                tokens = batch.data(row, domain)
                drawn.append(Example(tokens, task.truth(tokens)))
    # Batches come by length; every fifth, then every fifth from the second, mixes them in a fixed way.
    return [example for start in range(5) for example in drawn[start::5]]


def _unique(examples: Iterable[Example]) -> Sequence[Example]:
    return list({example.tokens: example for example in examples}.values())
