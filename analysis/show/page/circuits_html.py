"""Circuits as HTML. Owns their look there; refuses to find any."""

from collections.abc import Sequence

from tprog.analysis.explain.circuits import Closeup, Survey
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.page.html import code, mark, paragraph, snippet, table, text
from tprog.analysis.show.page.words import counted, kind_text, label_text, share_note, share_text

MOST_CIRCUITS, MOST_VOTES, MOST_GAINS = 12, 10, 3


def closeup_snippet(found: Closeup) -> str:
    """Return everything that decides one prediction as a snippet for a notebook."""
    tokens = " ".join(
        mark("doubt", code(token)) if place == found.position else code(token)
        for place, token in enumerate(found.tokens)
    )
    against = (
        ""
        if found.runner_up is None
        else f" against {code(label_text(found.runner_up))}, by {found.scale.text(found.margin, sign=False)}"
    )
    sure = "no smaller set does" if found.exact else "none of them can be spared"
    rows = [
        (code(found.names[vote.variable]), code(vote.value), _gain(found.scale, vote.gain))
        for vote in found.votes[:MOST_VOTES]
    ]
    held = ", ".join(f"{code(found.names[part])} at {code(value)}" for part, value in found.held)
    return snippet(
        paragraph(tokens),
        paragraph(f"says {code(label_text(found.answer), 'good')}{against}"),
        paragraph(f"{_parts(found.names, found.parts)} alone give this answer; {sure}"),
        paragraph(f"the others held: {held}", "dim") if held else "",
        table(("votes", "value", "for the answer"), rows, (2,)),
        paragraph(found.scale.note, "dim") if found.scale.note else "",
    )


def survey_snippet(found: Survey) -> str:
    """Return the circuits of a Program as a snippet for a notebook."""
    rows = []
    for circuit in found.circuits[:MOST_CIRCUITS]:
        share = found.share(circuit.count)
        gains = ", ".join(
            f"{code(found.names[variable])} {_gain(found.scale, gain)}"
            for variable, gain in circuit.gains[:MOST_GAINS]
        )
        example = (
            f"{code(' '.join(circuit.example.tokens))} → {code(label_text(circuit.example.answer))}"
        )
        rows.append(
            (
                text(f"{share_text(share.value)}, {share_note(share)}"),
                _parts(found.names, circuit.parts),
                text(kind_text(circuit.kind, alone=circuit.count == found.moments)),
                gains,
                example,
                "" if circuit.right is None else f"{circuit.right:,} of {circuit.count:,}",
            )
        )
    more = len(found.circuits) - len(rows)
    heads = ("decides", "circuit", "on", "votes, on average", "such as", "right")
    return snippet(
        paragraph(
            f"{counted(len(found.circuits), 'circuit')} in {counted(found.moments, 'prediction')} "
            f"on {counted(found.inputs, 'input')}"
        ),
        table(heads, rows),
        paragraph(f"and {more} more circuits", "dim") if more > 0 else "",
        paragraph(found.scale.note, "dim") if found.scale.note else "",
    )


def _parts(names: Sequence[str], parts: Sequence[int]) -> str:
    return ", ".join(code(names[part]) for part in parts) or "no part at all"


def _gain(scale: VoteScale, gain: float) -> str:
    return mark("new" if gain > 0 else "gone", scale.text(gain))
