"""A verdict on the terminal. Owns its wording; refuses to compare anything."""

from tprog.analysis.explain.describe import clip
from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.show.page.words import blocks, counted, label_text, sequence
from tprog.analysis.verify.verdict import Verdict
from tprog.terminal import Group, RenderableType, Text

LONGEST_NAME = 30

SENTENCES = {
    "equal": ("equal", "bold green", "", "gives the same labels as"),
    "different": ("different", "bold red", "", "does not always give the labels of"),
    "unknown": ("not decided", "bold yellow", "no difference was found between ", "and"),
}


def verdict_page(verdict: Verdict, width: int = 100) -> RenderableType:
    """Return the outcome, what was compared, and the counterexample, for a terminal `width` columns wide."""
    word, style, opening, sentence = SENTENCES[verdict.outcome]
    parts: list[RenderableType] = [
        Text.assemble(
            (word, style),
            f": {opening}",
            (verdict.checked, "bold"),
            f" {sentence} ",
            (verdict.against, "bold"),
        ),
        Text(verdict.basis),
    ]
    if verdict.differing_inputs:
        verb = "differs" if verdict.differing_inputs == 1 else "differ"
        inputs, labels = verdict.differing_inputs, verdict.differing_positions
        parts.append(
            Text(f"{counted(inputs, 'input')} {verb}, in {counted(labels, 'label')}", "red")
        )
    parts += [Text(note, "yellow") for note in verdict.notes]
    example = verdict.counterexample
    if example is not None:
        # Only where every shorter input was compared is it known to be the shortest.
        known = (verdict.complete_up_to or 0) >= len(example.tokens)
        found = "the shortest input that differs" if known else "an input that differs"
        parts += ["", Text(f"{found}:")]
        parts += example_lines(example, verdict.against, verdict.checked, width)
    return Group(*parts)


def example_lines(
    example: Counterexample, against: str, checked: str, width: int
) -> list[RenderableType]:
    """Return the input and both answers, one under the other, in as many blocks as the width asks for.

    Args:
        example: an input on which two sides differ.
        against: what the side is called whose labels are `expected`.
        checked: what the side is called whose labels are `got`.
        width: columns of the terminal.
    """
    rows = (("input", example.tokens), (against, example.expected), (checked, example.got))
    shown = [(clip(name, LONGEST_NAME), [label_text(label) for label in row]) for name, row in rows]
    names = max(len(name) for name, _ in shown)
    if len(example.expected) != len(example.tokens):
        # One label for the whole input: nothing stands under anything.
        return [
            Text.assemble((f"{name:{names}}", "dim"), "  ", sequence(row))
            for (name, _), (_, row) in zip(shown, rows, strict=True)
        ]
    cells = [max(map(len, column)) + 2 for column in zip(*(row for _, row in shown), strict=True)]
    parts: list[RenderableType] = []
    for start, stop in blocks(cells, width - names):
        parts += [""] if start else []
        for number, (name, row) in enumerate(shown):
            line = Text(f"{name:{names}}  ", "dim")
            for place in range(start, stop):
                style = ("", "bold green", "bold red")[number] if place in example.places else ""
                line.append(row[place].ljust(cells[place]), style)
            line.rstrip()
            parts.append(line)
    return parts
