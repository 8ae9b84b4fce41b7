"""The outcome of a comparison, with an input on which the two sides differ."""

from tprog.analysis.explain.describe import clip
from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.prove.every_length import FRAGMENT, EveryLength
from tprog.analysis.show.model import GAP, Aligned, Page, Text, line, styled
from tprog.analysis.show.words import counted, label_text
from tprog.analysis.verify.verdict import Verdict

LONGEST_NAME = 30

SENTENCES = {
    "equal": ("equal", "bold green", "", "gives the same labels as"),
    "different": ("different", "bold red", "", "does not always give the labels of"),
    "unknown": ("not decided", "bold yellow", "no difference was found between ", "and"),
}


def verdict_page(verdict: Verdict, width: int = 100) -> Page:
    """Return the outcome, what was compared, and the counterexample, for a terminal `width` columns wide."""
    parts = [_outcome(verdict), line(verdict.basis)]
    if verdict.differing_inputs:
        verb = "differs" if verdict.differing_inputs == 1 else "differ"
        labels = counted(verdict.differing_positions, "label")
        said = f"{counted(verdict.differing_inputs, 'input')} {verb}, in {labels}"
        parts.append(styled(said, "red"))
    parts += [styled(note, "yellow") for note in verdict.notes]
    example = verdict.counterexample
    if example is None:
        return tuple(parts)
    # Only where every shorter input was compared is it known to be the shortest.
    known = (verdict.complete_up_to or 0) >= len(example.tokens)
    found = "the shortest input that differs" if known else "an input that differs"
    shown = example_rows(example, verdict.against, verdict.checked, width)
    return (*parts, GAP, line(f"{found}:"), *shown)


def every_length_page(found: EveryLength, width: int = 100) -> Page:
    """Return what is known of two programs on inputs of every length."""
    parts = [_outcome(found)]
    over = f"over {', '.join(found.alphabet)}"
    if found.outcome == "equal":
        states = counted(found.states or 0, "state")
        return (*parts, line(f"proved for inputs of every length {over}: {states} can be reached"))
    if found.counterexample is not None:
        shown = example_rows(found.counterexample, found.against, found.checked, width)
        return (*parts, GAP, line(f"a shortest input {over} that differs:"), *shown)
    blamed = "" if found.node is None else f"{found.node}: "
    parts.append(line((blamed, "bold"), (f"{found.reason or ''}; {FRAGMENT}", "yellow")))
    if found.complete_up_to is not None:
        parts.append(line(f"compared on every input up to length {found.complete_up_to} {over}"))
    return tuple(parts)


def _outcome(verdict: Verdict | EveryLength) -> Text:
    """Return the line that says how two sides compare."""
    word, style, opening, sentence = SENTENCES[verdict.outcome]
    sides = ((verdict.checked, "bold"), f" {sentence} ", (verdict.against, "bold"))
    return line((word, style), f": {opening}", *sides)


def example_rows(example: Counterexample, against: str, checked: str, width: int) -> Page:
    """Return the input and both answers, one under the other.

    Args:
        example: an input on which two sides differ.
        against: what the side is called whose labels are `expected`.
        checked: what the side is called whose labels are `got`.
        width: columns of the terminal.
    """
    single = len(example.expected) != len(example.tokens)
    rows = (
        ("input", example.tokens, ""),
        (against, example.expected, "bold green"),
        (checked, example.got, "bold red"),
    )
    shown = []
    for name, labels, style in rows:
        cells = tuple(
            styled(label_text(label), style if place in example.places and not single else "")
            for place, label in enumerate(labels)
        )
        shown.append((clip(name, LONGEST_NAME), cells))
    return (Aligned(tuple(shown), width),)
