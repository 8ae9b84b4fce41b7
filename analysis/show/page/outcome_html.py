"""Verdicts and simplifications as HTML. Owns their wording there; refuses to check or to simplify anything."""

from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.show.page.html import code, folded, mark, paragraph, snippet, table, text
from tprog.analysis.show.page.verdict_page import SENTENCES
from tprog.analysis.show.page.words import counted, label_text
from tprog.analysis.simplify.simplify import Simplified
from tprog.analysis.verify.verdict import Verdict

TINTS = {"equal": "good", "different": "bad", "unknown": "doubt"}


def verdict_snippet(verdict: Verdict) -> str:
    """Return a verdict as a snippet for a notebook."""
    word, _, opening, sentence = SENTENCES[verdict.outcome]
    sides = f"<strong>{text(verdict.checked)}</strong> {sentence} <strong>{text(verdict.against)}</strong>"
    parts = [
        paragraph(f"{mark(TINTS[verdict.outcome], word)}: {opening}{sides}"),
        paragraph(text(verdict.basis), "dim"),
    ]
    if verdict.differing_inputs:
        verb = "differs" if verdict.differing_inputs == 1 else "differ"
        counts = (
            f"{counted(verdict.differing_inputs, 'input')} {verb}, "
            f"in {counted(verdict.differing_positions, 'label')}"
        )
        parts.append(paragraph(text(counts)))
    parts += [paragraph(mark("doubt", text(note))) for note in verdict.notes]
    if verdict.counterexample is not None:
        parts.append(
            example_table(
                verdict.counterexample, (verdict.against, verdict.checked), ("new", "gone")
            )
        )
    return snippet(*parts)


def example_table(example: Counterexample, names: tuple[str, str], tints: tuple[str, str]) -> str:
    """Return an input with both answers, one under the other.

    Args:
        example: an input on which two sides differ.
        names: what the sides are called whose labels are `expected` and `got`.
        tints: the style sheet's classes for differing labels of each.
    """
    rows = zip(
        ("input", *names),
        (example.tokens, example.expected, example.got),
        ("", *tints),
        strict=True,
    )
    places = example.places
    return table(
        (),
        [
            (
                mark("dim", text(name)),
                *(
                    code(label_text(label), tint if place in places else "")
                    for place, label in enumerate(labels)
                ),
            )
            for name, labels, tint in rows
        ],
    )


def simplified_snippet(found: Simplified) -> str:
    """Return what simplifying did as a snippet for a notebook; the result itself is `found.program`."""
    shorter = (found.after.lines or 0) < (found.before.lines or 0)
    lines = mark("good" if shorter else "dim", counted(found.after.lines or 0, "line"))
    sure = found.exhaustive or found.sound_only
    rows = [
        (
            name,
            *(
                str(number)
                for number in (
                    *(size.lines, size.heads + size.numerical_heads),
                    *(size.lookups + size.numerical_lookups, size.branches),
                    *(size.entries, size.votes),
                )
            ),
        )
        for name, size in (("before", found.before), ("now", found.after))
    ]
    heads = ("", "lines", "heads", "look-ups", "branches", "entries", "votes")
    steps = [
        (
            code(step.name),
            text(step.kind),
            f"{step.before.lines - step.after.lines:,}",
            f"{step.seconds:.1f}",
        )
        for step in found.steps
    ]
    passes = table(("pass", "kind", "lines fewer", "seconds"), steps, (2, 3))
    return snippet(
        paragraph(f"{found.before.lines} lines before, {lines} now"),
        paragraph(mark("good" if sure else "doubt", text(found.how))),
        table(heads, rows, tuple(range(1, 7))),
        folded("passes", passes) if steps else "",
    )
