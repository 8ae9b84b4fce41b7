"""Everything that a report tells of a Program, gathered as data in bounded time."""

import difflib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, branch_text, content, content_text, part_text
from tprog.analysis.explain.circuits import Survey, survey
from tprog.analysis.explain.circuits.survey import INPUTS
from tprog.analysis.explain.summary import Summary, summarize
from tprog.analysis.explain.text import is_text
from tprog.analysis.explain.trace import LabelledExample, Tracing, given_examples, trace_errors
from tprog.analysis.measure.figures import MOST_FAILURES, Accuracy, Progress
from tprog.analysis.measure.predictors import LIMIT, reframe
from tprog.analysis.measure.reference import draw_reference, named_task
from tprog.analysis.measure.sizes import sizes
from tprog.analysis.show.report.lines import SourceMap, map_source
from tprog.analysis.show.report.picture import circuit_svg
from tprog.analysis.show.report.usage import EXTRA_LENGTH, Usage, count_usage
from tprog.analysis.simplify.simplify import simplify
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.rasp_form import RaspForm
from tprog.codegen import emit
from tprog.errors import TprogError, UsageError
from tprog.evaluate import sample_inputs
from tprog.files import write_text
from tprog.ir import Program
from tprog.manifest import Manifest
from tprog.tasks.task import Task

# Ordinary inputs that the page offers, beside the failing ones.
OFFERED = 24
# For simplifying, where no simplified file lies beside the program.
SIMPLIFY_SECONDS = 4.0
# For the comparison with a simplified file that lay beside the program.
VERIFY_SECONDS = 4.0
# Characters of a file, and symbols, beyond which it is not simplified for a report: the sound passes alone take minutes.
LARGEST_SOURCE, MOST_SYMBOLS = 400_000, 1_000
# Lines of both files beyond which no difference is looked for.
MOST_LINES = 6_000
# Labelled inputs that errors are traced on, besides the known failing ones.
TRACED = 300
MOST_SUSPECTS = 10

Run: TypeAlias = tuple[int, int]
Tokens: TypeAlias = tuple[str, ...]
Labels: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class OfferedInput:
    """An input that the page offers.

    Attributes:
        tokens: the data symbols.
        expected: the right labels, None where none is asked for; None where nobody knows.
        got: the program's labels, for a failing input; else None.
    """

    tokens: Tokens
    expected: Labels | None
    got: Labels | None = None


@dataclass(frozen=True, slots=True)
class BlamedBranch:
    """A branch under suspicion, in words.

    Attributes:
        variable: the variable of its part.
        part: the part's name.
        branch: which branch of it.
        holds: what it holds.
        instead: the repair that puts most errors right; empty where none does.
        fixed: how many wrong labels that puts right.
        broken: how many right labels it breaks.
        lines: its lines in the file, where they are known.
    """

    variable: int
    part: str
    branch: str
    holds: str
    instead: str
    fixed: int
    broken: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blame:
    """What the errors come from: the wrong labels among some inputs, and the branches, the most suspicious first."""

    examples: int
    wrong: int
    suspects: tuple[BlamedBranch, ...]


@dataclass(frozen=True, slots=True)
class Shorter:
    """A simplified program beside the full one.

    Attributes:
        source: its text.
        lines: lines of the full and of the simplified program besides the votes.
        how: how it is known to answer the same, as the end of a sentence.
        same_answers: whether no difference was found.
        removed: runs of lines of the full program that the other has not, first and last, from 1.
        added: the same of the simplified one.
    """

    source: str
    lines: tuple[int, int]
    how: str
    same_answers: bool
    removed: tuple[Run, ...]
    added: tuple[Run, ...]

    @property
    def found(self) -> bool:
        """Whether it is shorter at all."""
        return self.lines[1] < self.lines[0]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report tells.

    Attributes:
        program: the Program.
        file: the name of its file.
        source: the text of its file.
        summary: what the analysis page shows.
        task: what it is to compute; None where nobody knows.
        usage: how often each part is used.
        places: where everything stands in the file.
        picture: the circuit graph as an `<svg>` element; None where there is none.
        inputs: inputs to try, the failing ones first.
        shorter: the simplified program; None where none was sought.
        circuits: which parts decide what; None where that was not sought.
        blame: what the errors come from; None where there are none, or that was not sought.
        rasp: its algorithm as RASP, which gives the same labels; None where there is no such text.
        scored: of a program learned from texts, its figure on test texts and what more is known of it; None of others.
    """

    program: Program
    file: str
    source: str
    summary: Summary
    task: Task | None
    usage: Usage
    places: SourceMap
    picture: str | None
    inputs: tuple[OfferedInput, ...]
    shorter: Shorter | None
    circuits: Survey | None
    blame: Blame | None
    rasp: RaspForm | None = None
    scored: tuple[str, str] | None = None

    def __repr__(self) -> str:
        """Say in one line of which file it is."""
        return f"<Report of {self.file!r}: {self.program!r}>"

    @property
    def accuracy(self) -> Accuracy | None:
        """Accuracy on the widest set of inputs that was measured."""
        return self.summary.figures.whole or self.summary.figures.test

    @property
    def failures(self) -> tuple[OfferedInput, ...]:
        """The inputs that fail."""
        return tuple(one for one in self.inputs if one.got is not None)


def make_report(
    program: Program,
    source: str,
    *,
    file: str = "program.py",
    manifest: Manifest | None = None,
    task: Task | None = None,
    simplified: tuple[Program, str] | None = None,
    rasp: RaspForm | None = None,
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
        rasp: its algorithm as RASP, compared with it.
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
    chosen = task if task is not None else named_task(program, summary.figures.task)
    shorter = partial(_shorter, program, source, simplified, simplify_seconds)
    found = _gathered(program, file, source, summary, chosen, shorter, deep, seed or 0, progress)
    return replace(found, rasp=rasp, scored=_scored(manifest, source))


def _scored(manifest: Manifest | None, source: str) -> tuple[str, str] | None:
    """Return what `tprog text` has measured of this very file."""
    if manifest is None or not manifest.matches(source) or not manifest.config.get("text"):
        return None
    report = manifest.config["text"]
    best = report["scores"][0]
    more = f"On {report['tested']:,} texts: {report['split']}"
    if best.get("precision") is not None:
        more += f"; precision {100 * best['precision']:.1f}, recall {100 * best['recall']:.1f}"
    return f"{best['figure'].capitalize()} {100 * best['value']:.1f}", more


def _gathered(
    program: Program,
    file: str,
    source: str,
    summary: Summary,
    task: Task | None,
    shorter: Callable[[], Shorter | None],
    deep: bool,
    seed: int,
    progress: Progress | None,
) -> Report:
    """Gather what a report tells besides the summary, saying what is going on."""

    def say(what: str) -> None:
        if progress is not None:
            progress(what, 0, None)

    say("what is used")
    usage = count_usage(program, task, seed)
    inputs = _offered(program, task, summary, seed)
    failing = [one.tokens for one in inputs if one.got is not None]
    circuits, blame = None, None
    if deep:
        say("circuits")
        circuits = find_circuits(program, task)
    # The branches of a text program are words; `tprog trace` says what its errors come from.
    if deep and task is not None and failing and not is_text(program):
        say("what errors come from")
        blame = find_blame(program, source, task, failing, seed)
    say("a shorter program")
    places = map_source(program, source, usage)
    about = (program, file, source, summary, task, usage, places, circuit_svg(program), inputs)
    return Report(*about, shorter(), circuits, blame)


def _offered(
    program: Program, task: Task | None, summary: Summary, seed: int
) -> tuple[OfferedInput, ...]:
    """Return the failing inputs, then others of mixed lengths, each once."""
    measured = summary.figures.whole or summary.figures.test
    found = {
        one.tokens: OfferedInput(one.tokens, one.expected, one.got)
        for one in (() if measured is None else measured.failures[:MOST_FAILURES])
    }
    domain = program.domain
    if task is None:
        up_to = domain.min_length + EXTRA_LENGTH if domain.max_length is None else None
        batches = list(sample_inputs(domain, OFFERED, seed, up_to))
    else:
        batches = [reframe(one, task.domain, domain) for one in task.sample(OFFERED, seed)]
    drawn = [batch.data(row, domain) for batch in batches for row in range(len(batch))]
    # Batches come by length; every fifth, then every fifth from the second, mixes them in a fixed way.
    for tokens in (tokens for start in range(5) for tokens in drawn[start::5]):
        if tokens not in found:
            expected = None if task is None else task.truth(tokens)
            found[tokens] = OfferedInput(tokens, expected)
    return tuple(found.values())


def find_circuits(program: Program, task: Task | None) -> Survey | None:
    """Return which circuits there are on a few random inputs; None where they cannot be drawn or nothing decides."""
    try:
        found = survey(program, draw_reference(program, task, INPUTS, 0), task)
    except TprogError:
        return None
    return found if found.parts else None


def find_blame(
    program: Program, source: str, task: Task, failing: Iterable[Tokens], seed: int = 0
) -> Blame | None:
    """Trace a Program's errors; None where its task gives no examples for that.

    Args:
        program: a Program that fits the task.
        source: the text of its file, to which lines refer where it is what we would write.
        task: what gives the truth.
        failing: inputs that are known to fail.
        seed: of the other inputs.
    """
    try:
        drawn = [*failing, *task.draw(np.random.default_rng(seed), TRACED)]
        pairs = [LabelledExample(tokens, task.truth(tokens)) for tokens in drawn]
        examples = given_examples(program, pairs, task.spec)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "program.py"
            write_text(place, source)
            traced = trace_errors(examples, str(place))
    except TprogError:
        return None
    blamed = _blamed(program, traced, traced.source == source)
    return Blame(len(examples), traced.failing, tuple(blamed))


def _blamed(program: Program, traced: Tracing, known_lines: bool) -> Iterable[BlamedBranch]:
    for suspect in traced.suspects[:MOST_SUSPECTS]:
        branch, repair = suspect.branch, suspect.repair
        default = branch.row == DEFAULT
        holds = "" if default else content_text(program, branch, content(program, branch))
        instead = "" if repair is None else content_text(program, branch, repair.held)
        if branch.part.kind == "votes" and instead:
            holds, instead = different_votes(holds, instead)
        yield BlamedBranch(
            branch.part.variable,
            part_text(program, branch.part),
            branch_text(program, branch),
            holds,
            instead,
            0 if repair is None else len(repair.gain.fixed),
            0 if repair is None else repair.gain.broken,
            traced.branch_lines.get(branch, ()) if known_lines else (),
        )


def different_votes(one: str, other: str) -> tuple[str, str]:
    """Return two texts such as `a +1, b -2` without the votes that are the same in both."""
    mine, theirs = one.split(", "), other.split(", ")
    return (
        ", ".join(vote for vote in mine if vote not in theirs) or "no vote",
        ", ".join(vote for vote in theirs if vote not in mine) or "no vote",
    )


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


def shorter_beside(program: Program, source: str, other: Program, other_source: str) -> Shorter:
    """Compare a Program with a simplified one that somebody kept, each with its text.

    Raises:
        UsageError: the two are not defined on common inputs.
    """
    if program == other:
        return _make(program, source, other, other_source, "they are the same program", True)
    verdict = compare(other, program, seconds=VERIFY_SECONDS)
    same = verdict.outcome != "different"
    how = (
        f"the same labels on {verdict.how}"
        if same
        else f"{verdict.differing_inputs:,} of {verdict.inputs:,} inputs get other labels"
    )
    return _make(program, source, other, other_source, how, same)


def shorter_found(program: Program, source: str, seconds: float) -> Shorter | None:
    """Simplify a Program for a few seconds; None where it is too large for that."""
    if len(source) > LARGEST_SOURCE or len(program.domain.symbols) > MOST_SYMBOLS:
        return None
    found = simplify(program, seconds=seconds)
    text = source if found.program is program else emit(found.program)
    return _make(program, source, found.program, text, found.how, True)


def _make(
    program: Program, source: str, other: Program, text: str, how: str, same: bool
) -> Shorter:
    removed, added = differing(source, text)
    before, after = sizes(program, source).lines or 0, sizes(other, text).lines or 0
    return Shorter(text, (before, after), how, same, removed, added)


def differing(source: str, text: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Return the runs of lines that only the first and only the second text has; nothing for very long ones."""
    one, other = source.splitlines(), text.splitlines()
    if len(one) + len(other) > MOST_LINES:
        return (), ()
    changes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changed = [runs for tag, *runs in changes if tag != "equal"]
    return (
        tuple((first + 1, last) for first, last, _, _ in changed if last > first),
        tuple((begin + 1, end) for _, _, begin, end in changed if end > begin),
    )
