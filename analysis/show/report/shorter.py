"""The simplified program beside the full one: where it comes from, how it is known to answer the same, what differs."""

import difflib
from dataclasses import dataclass

from tprog.analysis.measure.sizes import sizes
from tprog.analysis.simplify.simplify import simplify
from tprog.analysis.verify.compare import compare
from tprog.ir import Program

# Characters of a file beyond which it is not simplified for a report: the sound passes alone take minutes.
LARGEST_SOURCE = 400_000
# Symbols beyond which the same holds.
MOST_SYMBOLS = 1_000
# Lines of both files beyond which no difference is looked for.
MOST_LINES = 6_000
# For the comparison with a simplified file that lay beside the program.
VERIFY_SECONDS = 4.0

Run = tuple[int, int]


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


def shorter_beside(program: Program, source: str, other: Program, other_source: str) -> Shorter:
    """Compare a Program with a simplified one that somebody kept.

    Args:
        program: the full Program.
        source: its text.
        other: the simplified one.
        other_source: its text.

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
    """Simplify a Program for a few seconds; None where it is too large for that.

    Args:
        program: a valid Program.
        source: the text of its file.
        seconds: when to stop searching; sound passes take what they need.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    from tprog.codegen import emit

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
    removed, added = [], []
    for tag, first, last, begin, end in difflib.SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            continue
        if last > first:
            removed.append((first + 1, last))
        if end > begin:
            added.append((begin + 1, end))
    return tuple(removed), tuple(added)
