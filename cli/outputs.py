"""What each command prints with `--json`, as types; `docs/json.md` and its schema are made from them.

Most commands print a value as it is, with all its fields, and a few entries more: `Output.value` and `Output.more`.
"""

from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from tprog.analysis.diff.behaviour import Behaviour
from tprog.analysis.diff.changes import Change, Detail
from tprog.analysis.diff.diff import Side, Status
from tprog.analysis.disagreement import Meaning, Parting
from tprog.analysis.explain.circuits.output import Circuits, Predictions
from tprog.analysis.explain.explain import Explanation
from tprog.analysis.explain.source.reading import Reading
from tprog.analysis.explain.trace.output import Traced
from tprog.analysis.importing import Kind
from tprog.analysis.measure.sizes import Sizes
from tprog.analysis.measure.summary import Summary
from tprog.analysis.show.formatted import Formatted
from tprog.analysis.simplify.demand import Keep
from tprog.analysis.simplify.passes import Kind as PassKind
from tprog.analysis.verify.verdict import Verdict
from tprog.tasks.registry import TaskSummary


class Answers(Formatted):
    """The labels of one input.

    Attributes:
        tokens: the tokens, as they were given.
        labels: one label for each data symbol, or a single one.
    """

    tokens: list[str]
    labels: list[str]


class WithParting(Formatted):
    """What else is printed of an imported program.

    Attributes:
        parting: where its source and its network part; only of what has both.
    """

    parting: NotRequired[Parting]


class NoProgram(Formatted):
    """What is printed of a file that is no program.

    Attributes:
        reading: what was read: the source, and nothing else.
        proof: false: nothing is proved of it.
    """

    reading: Literal["source"]
    proof: Literal[False]


class WithBasis(Formatted):
    """What else is printed of a verdict.

    Attributes:
        how: what was compared, in a few words.
    """

    how: str


class Compared(WithBasis, WithParting):
    """What else `verify` prints of a verdict."""


class DiffCounts(TypedDict):
    """How many parts are what.

    Attributes:
        same: the same in both but for names and order.
        changed: in both, with changes.
        added: in the second program alone.
        removed: in the first program alone.
    """

    same: int
    changed: int
    added: int
    removed: int


class DiffPart(TypedDict):
    """An input variable, a head or a look-up, in one program or in both.

    Attributes:
        name: its name, the later one where there are two.
        renamed: whether it has another name in the second program.
        status: whether it is the same, changed, added or removed.
        kind: what sort of part it is.
        before: the part in the first program; null where it was added.
        after: the part in the second program; null where it was removed.
        changes: what changed.
    """

    name: str
    renamed: bool
    status: Status
    kind: str
    before: Side | None
    after: Side | None
    changes: list[Change]


class Difference(Formatted):
    """What changed between two programs.

    Attributes:
        names: what the two are called.
        same_structure: whether both are the same up to names and order.
        same_behaviour: whether both answer the same on every input; null where a sample shows no difference.
        counts: how many parts are what.
        whole: what changed of the whole program.
        parts: every part.
        behaviour: how the answers differ; null where they cannot be compared.
        incomparable: why they cannot; null where they can.
    """

    names: tuple[str, str]
    same_structure: bool
    same_behaviour: bool | None
    counts: DiffCounts
    whole: list[Detail]
    parts: list[DiffPart]
    behaviour: Behaviour | None
    incomparable: str | None


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


class Shortened(Formatted):
    """What simplifying did.

    Attributes:
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


class Tasks(Formatted):
    """What can be learned.

    Attributes:
        tasks: the published tasks.
    """

    tasks: list[TaskSummary]


class CheckpointAgreement(TypedDict):
    """A published program and the checkpoint beside it, compared.

    Attributes:
        program: the program's file.
        checkpoint: the run folder.
        holds: whether the two belong together.
        problem: why they cannot be compared; null where they can.
        as_source: the program as its source computes it, against the checkpoint.
        as_network: the program with the network's tie-break, against the checkpoint.
    """

    program: str
    checkpoint: str
    holds: bool
    problem: str | None
    as_source: Verdict | None
    as_network: Verdict | None


class Import(Formatted):
    """Something that was imported.

    Attributes:
        path: the program file or the run folder.
        kind: which of the two.
        meaning: what the program computes where source and network part.
        task: the task that it names; null where none is known.
        folder: where it was written.
        written: whether the files are new.
        notes: where it comes from and what was recognised, a line each.
        remarks: what a user should know, a line each.
        parting: where source and network part; null where there is one meaning alone.
        agreement: the check against what lies beside it; null where there is nothing.
    """

    path: str
    kind: Kind
    meaning: Meaning
    task: str | None
    folder: str | None
    written: bool
    notes: list[str]
    remarks: list[str]
    parting: Parting | None
    agreement: CheckpointAgreement | None


class NotImported(TypedDict):
    """Something in a folder tree that could not be read.

    Attributes:
        path: what it is.
        problem: what is wrong with it.
    """

    path: str
    problem: str


class Export(Formatted):
    """A program that was written as a network.

    Attributes:
        path: where it was written.
        agreement: how program and network were compared.
    """

    path: str
    agreement: Verdict


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
    Output("run", Answers),
    Output("run --explain", Explanation, Formatted),
    Output("analyze", Summary, WithParting),
    Output("analyze SOURCE", Reading, NoProgram),
    Output("verify", Verdict, Compared),
    Output("diff", Difference),
    Output("trace", Traced),
    Output("circuits", Circuits),
    Output("circuits --input", Predictions),
    Output("simplify", Shortened),
    Output("import", Import),
    Output("import TREE", Import, many=True, other=NotImported),
    Output("export", Export),
)
# Verdicts inside of other outputs have these entries, too.
NESTED: dict[type, type] = {Verdict: WithBasis}
