"""What was found in a source, as plain data."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tprog.json_values import Formatted

FunctionKind: TypeAlias = Literal["predicate", "look-up", "attention", "entry", "function"]
PartKind: TypeAlias = Literal["input", "head", "look-up"]
Role: TypeAlias = Literal["query", "key", "value", "argument"]
FindingKind: TypeAlias = Literal["never taken", "never used", "unbound", "left out"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a source that its writer may want to know.

    Attributes:
        line: where it is.
        kind: of what sort it is.
        text: what it is, in a few words.
    """

    line: int
    kind: FindingKind
    text: str


@dataclass(frozen=True, slots=True)
class SourceFunction:
    """A function of a source.

    Attributes:
        name: its name.
        line: where it starts.
        last: its last line.
        kind: what it looks like.
        parameters: the names of its parameters.
        rules: of a predicate or look-up, what it returns under which tests, in the source's words.
        used: the lines that name it.
    """

    name: str
    line: int
    last: int
    kind: FunctionKind
    parameters: tuple[str, ...]
    rules: tuple[str, ...]
    used: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What a head or look-up is given.

    Attributes:
        role: as what.
        text: how the source writes it.
        parts: the numbers of the parts that it was computed from.
    """

    role: Role
    text: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A variable of the program: an input, or what a head or look-up gives.

    Attributes:
        number: its index in `Reading.parts`.
        kind: what it is.
        name: the name that its result is given.
        line: where it is computed.
        calls: the function that is called, and the predicate that it is given.
        reads: what it is given.
        layer: 0 for what reads inputs alone, one more for what reads that; None for an input.
    """

    number: int
    kind: PartKind
    name: str
    line: int
    calls: tuple[str, ...]
    reads: tuple[SourceRead, ...]
    layer: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoProgram(Formatted):
    """What is printed of a file that is no program.

    Attributes:
        reading: what was read: the source, and nothing else.
        proof: false: nothing is proved of it.
    """

    reading: Literal["source"] = "source"
    proof: Literal[False] = False


@dataclass(frozen=True, slots=True)
class Reading(NoProgram):
    """What can be said of a file that is no Program, by reading its source.

    Attributes:
        path: the file.
        lines: how many lines it has.
        why: why it is no Program, with the line.
        entry: the function that calls the heads, or an empty text.
        imports: the modules that it imports.
        classes: the names of its classes.
        functions: every function, in order.
        parts: inputs, heads and look-ups, in the order of the source.
        result: the numbers of the parts that the entry's answer is computed from.
        findings: what its writer may want to know, by line.
    """

    path: str
    lines: int
    why: str
    entry: str
    imports: tuple[str, ...]
    classes: tuple[str, ...]
    functions: tuple[SourceFunction, ...]
    parts: tuple[SourcePart, ...]
    result: tuple[int, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Say in one line how much was found."""
        found = f"{len(self.functions)} functions, {len(self.parts)} parts, {len(self.findings)} findings"
        return f"<Reading of {self.path!r}, {self.lines} lines: {found}>"

    @property
    def reason(self) -> str:
        """Why it is no Program, without the file's name."""
        place = f"{self.path}:"
        return f"line {self.why.removeprefix(place)}" if self.why.startswith(place) else self.why
