"""Which type each command prints with `--json`; `docs/json.md` and its schema are made from these."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from tprog.analysis.curriculum import CurriculumReport
from tprog.analysis.diff.diff import Difference
from tprog.analysis.explain.circuits.output import Circuits, Predictions
from tprog.analysis.explain.explain import Explanation
from tprog.analysis.explain.summary import Summary
from tprog.analysis.explain.trace.output import Traced
from tprog.analysis.explain.unreadable.reading import Reading
from tprog.analysis.exporting import Export
from tprog.analysis.importing import Import, NotImported
from tprog.analysis.lifting import LiftReport
from tprog.analysis.measure.sizes import Sizes
from tprog.analysis.prove.every_length import EveryLength
from tprog.analysis.simplify.demand import Keep
from tprog.analysis.simplify.sound import Kind as PassKind
from tprog.analysis.sweeps.rows import Comparison, Results
from tprog.analysis.synthesising import SynthReport
from tprog.analysis.texts import TextReport
from tprog.analysis.verify.verdict import Verdict
from tprog.cli.compile import Compilation
from tprog.cli.rasp import Applied
from tprog.cli.run import Answers
from tprog.published.meanings import Parting
from tprog.rasp.cost import Cost
from tprog.rasp.rasp_l import Judgement
from tprog.tasks.registry import Tasks


class WithParting(TypedDict):
    """What else is printed of an imported program.

    Attributes:
        parting: where its source and its network part; only of what has both.
    """

    parting: NotRequired[Parting]


class Estimate(TypedDict):
    """The size of a program, estimated.

    Attributes:
        lines: lines, less what every file has and less the votes.
        modules: heads and look-ups.
        odd: rows, entries and boxes that differ from the commonest of their table.
        votes: weights that are not 0.
        weight: the sum of their sizes.
    """

    lines: int
    modules: int
    odd: int
    votes: int
    weight: int


# `pass` is a word of Python's.
PassStep = TypedDict(
    "PassStep",
    {"pass": str, "kind": PassKind, "before": Estimate, "after": Estimate, "seconds": float},
)
PassStep.__doc__ = """What one application of a pass did.

    Attributes:
        pass: its name.
        kind: whether it is sound by itself or checked by trial.
        before: the size of the program before, estimated.
        after: its size after.
        seconds: how long it took.
    """


class Shortened(TypedDict):
    """What simplifying did.

    Attributes:
        format: the version of the output's form, counted from 1; it grows where an entry changes its meaning or goes.
        keep: the contract.
        before: the sizes of the given program.
        after: the sizes of the result.
        steps: what each pass did, in order.
        inputs: on how many inputs the contract was checked at the end.
        exhaustive: whether these are all inputs.
        sound_only: whether only passes ran that need no trial.
        wanted: how many labels were wanted.
        missed: how many of them the given program and the result miss.
        in_time: whether the passes ended by themselves.
        examples: whether the inputs are given examples, of which there may be any number of others.
        interrupted: whether a user ended them.
        how: what was kept, and how that is known.
        written: the file that was written; null where none was.
    """

    format: int
    keep: Keep
    before: Sizes
    after: Sizes
    steps: list[PassStep]
    inputs: int
    exhaustive: bool
    sound_only: bool
    wanted: int
    missed: tuple[int, int]
    in_time: bool
    examples: bool
    interrupted: bool
    how: str
    written: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """What a command prints with `--json`.

    Attributes:
        command: how it is asked for, without `--json`.
        value: the type of what is printed.
        more: the type of what is printed besides its fields.
        many: whether a list of these is printed.
        other: what an entry of the list may be instead.
    """

    command: str
    value: type
    more: type | None = None
    many: bool = False
    other: type | None = None


OUTPUTS = (
    Output("tasks", Tasks),
    Output("text", TextReport),
    Output("run", Answers),
    Output("run --explain", Explanation),
    Output("analyze", Summary, WithParting),
    Output("analyze SOURCE", Reading),
    Output("verify", Verdict, WithParting),
    Output("verify --every-length", EveryLength),
    Output("diff", Difference),
    Output("trace", Traced),
    Output("circuits", Circuits),
    Output("circuits --input", Predictions),
    Output("simplify", Shortened),
    Output("lift", LiftReport),
    Output("synth", SynthReport),
    Output("synth --curriculum", CurriculumReport),
    Output("rasp INPUT", Applied),
    Output("rasp --cost", Cost),
    Output("compile", Compilation),
    Output("rasp --rasp-l", Judgement),
    Output("import", Import),
    Output("import TREE", Import, many=True, other=NotImported),
    Output("export", Export),
    Output("results", Results),
    Output("results --against", Comparison),
)
