"""Circuits: which parts decide over many inputs, and everything that decides one prediction."""

import textwrap
from collections.abc import Sequence

from tprog.analysis.explain.circuits.closeup import Closeup
from tprog.analysis.explain.circuits.slicing import SlicePlace, SliceRead
from tprog.analysis.explain.circuits.survey import Circuit, Survey
from tprog.analysis.explain.describe import clip, show_value
from tprog.analysis.explain.explain import ranges
from tprog.analysis.show.model import (
    GAP,
    Page,
    TableBlock,
    TableColumn,
    Text,
    line,
    more,
    styled,
    table,
)
from tprog.analysis.show.words import counted, kind_text, label_text, share_note, share_text
from tprog.evaluate.scalar import value_at
from tprog.ir import Program

# A survey keeps to so many lines where its parts have names of ordinary length.
MOST_LINES = 30
MOST_PARTS, MOST_VOTES, MOST_PLACES, MOST_GAINS = 6, 10, 14, 3
LONGEST_NAME, LONGEST_VALUE, LONGEST_EXAMPLE, BAR = 26, 12, 30, 20
INDENT = 9

MEANINGS = {
    "rival": "held at the value that it has most often where the answer is another",
    "commonest": "held at the value that it has most often",
}


def survey_page(found: Survey, width: int) -> Page:
    """Return which circuits there are, how often each decides and on what kind of input."""
    heading = _heading(found, width)
    parts = _parts(found, width)
    # Two empty lines, and the heading of the parts.
    room = MOST_LINES - len(heading) - min(len(found.parts), MOST_PARTS) - len(parts) - 2
    shown: list[Text] = []
    for number, circuit in enumerate(found.circuits):
        lines = _circuit(found, circuit, width)
        if shown and len(shown) + len(lines) > room - (number + 1 < len(found.circuits)):
            shown.append(_rest(found, found.circuits[number:]))
            break
        shown += lines
    return (*heading, GAP, *shown, GAP, *parts)


def closeups_page(found: Sequence[Closeup]) -> Page:
    """Return the smallest circuit of every prediction of one input; of a single one, everything that decides it."""
    if len(found) == 1:
        return closeup_page(found[0])
    if not found:
        return (styled("no position of this input has a label that counts", "yellow"),)
    columns = [
        TableColumn(name, right=name in ("position", "margin"), whole=True)
        for name in ("position", "token", "answer", "against", "margin")
    ]
    rows = [
        (
            str(one.position),
            "" if one.position is None else _label(one.tokens[one.position]),
            styled(_label(one.answer), "bold green"),
            "" if one.runner_up is None else _label(one.runner_up),
            one.scale.text(one.margin, sign=False),
            _names(one.names, one.parts) + ("" if one.exact else " *"),
        )
        for one in found
    ]
    notes = [found[0].scale.note] if found[0].scale.note else []
    notes.append("everything else is held at its neutral value; --position N shows the votes")
    if not all(one.exact for one in found):
        notes.append("* no part can be spared, but a smaller set may exist")
    smallest = table([*columns, TableColumn("smallest circuit")], rows)
    return (smallest, GAP, *(styled(note, "dim") for note in notes))


def closeup_page(found: Closeup) -> Page:
    """Return the votes of one prediction, what computed them, and the smallest circuit."""
    about = ", ".join(filter(None, ("votes for it, less those against", found.scale.note)))
    held: Page = ()
    if found.held:
        named = ", ".join(f"{found.names[part]} = {text}" for part, text in found.held[:MOST_PARTS])
        rest = len(found.held) - MOST_PARTS
        named += f" and {rest} more" if rest > 0 else ""
        held = (line(("held  ", "dim"), named),)
    return (
        _ruling(found),
        GAP,
        styled(about, "dim"),
        _votes(found),
        GAP,
        styled("computed from", "dim"),
        *_places(found),
        GAP,
        line(("smallest circuit  ", "dim"), (_names(found.names, found.parts), "bold")),
        styled(_how_small(found), "dim"),
        *held,
    )


def _wrapped(text: str, width: int, indent: int = 0, style: str = "") -> list[Text]:
    lines = textwrap.wrap(text, max(20, width - indent), break_on_hyphens=False)
    return [styled(" " * indent + one, style) for one in lines]


def _heading(found: Survey, width: int) -> list[Text]:
    where = "" if found.task is None else f" of {found.task}"
    said = (
        f"{counted(found.predictions, 'prediction')} on {counted(found.inputs, 'random input')}{where}, "
        f"seed {found.seed}; {counted(len(found.parts), 'head or look-up', 'heads and look-ups')}. "
        "A circuit is the smallest set of these that alone still gives the answer; the rest is "
        f"{MEANINGS[found.neutral.kind]}."
    )
    if found.exact < found.predictions:
        said += (
            f" For {share_text(1 - found.exact / found.predictions)} of the predictions sets of more than "
            f"{found.searched} were not all tried: no part of theirs (*) can be spared, but a smaller set may exist."
        )
    said += " Of an interval each input counts once."
    if found.scale.note:
        said += f" {found.scale.note[0].upper()}{found.scale.note[1:]}."
    title = found.program.provenance.title or "A program without a title"
    return [styled(f"{clip(title, max(20, width - 10))}: circuits", "bold"), *_wrapped(said, width)]


def _circuit(found: Survey, circuit: Circuit, width: int) -> list[Text]:
    """Return a circuit: how often it decides, its parts, on what kind of input, its votes and an example."""
    share = found.share(circuit.count)
    names = _names(found.names, circuit.parts) + ("" if circuit.exact else " *")
    first, *others = textwrap.wrap(names, max(20, width - INDENT), break_on_hyphens=False)
    about = kind_text(circuit.kind, alone=circuit.count == found.predictions)
    if circuit.right is not None and circuit.right < circuit.count:
        about += f"; right in {share_text(circuit.right / circuit.count)}"
    rest = f"{share_note(share)}; {_gains(found, circuit)}{_example(circuit)}"
    return [
        line((f"{share_text(share.value):>7}  ", "bold cyan"), (first, "bold")),
        *(styled(" " * INDENT + one, "bold") for one in others),
        *_wrapped(about, width, INDENT),
        *_wrapped(rest, width, INDENT, "dim"),
    ]


def _gains(found: Survey, circuit: Circuit) -> str:
    """Return the mean votes, where so few variables vote that they tell something."""
    own = [one for one in circuit.gains if round(one[1], 2)]
    if not 0 < len(own) <= MOST_GAINS:
        return ""
    said = [f"{found.names[variable]} {found.scale.text(gain)}" for variable, gain in own]
    return f"mean votes {', '.join(said)}; "


def _example(circuit: Circuit) -> str:
    example = circuit.example
    tokens = clip(" ".join(map(label_text, example.tokens)), LONGEST_EXAMPLE)
    place = "" if example.position is None else f" at {example.position}"
    # An example is not broken between lines.
    return f"such as {tokens}{place} → {_label(example.answer)}".replace(" ", "\u00a0")


def _rest(found: Survey, circuits: Sequence[Circuit]) -> Text:
    share = sum(circuit.count for circuit in circuits) / found.predictions
    return line(
        (f"{share_text(share):>7}  ", "cyan"),
        (f"{counted(len(circuits), 'other circuit')} together; --json lists them", "dim"),
    )


def _parts(found: Survey, width: int) -> Page:
    """Return how often each part is in the circuit, and what it is held at where it is not."""
    if not found.parts:
        return (styled("no head and no look-up reaches a vote: the inputs alone decide", "yellow"),)
    order = sorted(found.parts, key=lambda part: (-found.uses(part), part))
    longest = max(len(clip(found.names[part], LONGEST_NAME)) for part in order[:MOST_PARTS])
    room = max(LONGEST_VALUE, width - max(longest, len("part")) - len("in circuits") - BAR - 6)
    rows = []
    for part in order[:MOST_PARTS]:
        share = found.uses(part) / found.predictions if found.predictions else 0.0
        name = clip(found.names[part], LONGEST_NAME)
        bar = styled("█" * round(BAR * share), "cyan")
        rows.append((name, share_text(share), bar, clip(_held_text(found, part), room)))
    columns = (
        TableColumn("part", whole=True),
        TableColumn("in circuits", right=True, whole=True),
        TableColumn(whole=True),
        TableColumn("held at", whole=True),
    )
    return (table(columns, rows), *more(len(order) - MOST_PARTS))


def _held_text(found: Survey, part: int) -> str:
    """Return a part's neutral value; where it depends on the answer, the commonest one and then the others."""
    labels: dict[str, list[str]] = {}
    classifier = found.program.classifier
    for number, held in enumerate(found.neutral.by_label):
        if number not in classifier.masked:
            text = held.text(found.program, part)
            labels.setdefault(text, []).append(classifier.labels[number])
    usual = max(labels, key=lambda text: len(labels[text]))
    others = [
        f"{clip(text, LONGEST_VALUE)} for answer {' '.join(map(_label, answers))}"
        for text, answers in labels.items()
        if text != usual
    ]
    return "; ".join([clip(usual, LONGEST_VALUE), *others])


def _ruling(found: Closeup) -> Text:
    said = line((_label(found.answer), "bold green"))
    if found.position is not None:
        token = (f"token {_label(found.tokens[found.position])}", "bold")
        said = line(f"position {found.position}, ", token, ": ", said)
    if found.runner_up is not None:
        by = found.scale.text(found.margin, sign=False)
        said += f" before {_label(found.runner_up)}, by {by}"
    return said


def _votes(found: Closeup) -> TableBlock | Text:
    if not found.votes:
        return styled("none tells the two apart: the first label wins the tie", "yellow")
    most = abs(found.votes[0].gain)
    rows: list[tuple[str | Text, ...]] = []
    for vote in found.votes[:MOST_VOTES]:
        name = clip(found.names[vote.variable], LONGEST_NAME)
        value = f" = {clip(vote.value, LONGEST_VALUE)}" if vote.value else ""
        style = "green" if vote.gain > 0 else "red"
        bar = "█" * max(1, round(BAR * abs(vote.gain) / most))
        gain = styled(found.scale.text(vote.gain), style)
        rows.append((f"{name}{value}", gain, styled(bar, style)))
    rest = found.votes[MOST_VOTES:]
    if rest:
        total = sum(vote.gain for vote in rest)
        rows.append((styled(f"{len(rest)} more", "dim"), found.scale.text(total), ""))
    return table(
        (TableColumn(whole=True), TableColumn(right=True, whole=True), TableColumn(whole=True)),
        rows,
    )


def _places(found: Closeup) -> Page:
    """Return the slice, from the votes back to the inputs: each place with what it was computed from."""
    first = len(found.program.inputs)
    direct = [place for place in found.slice.direct if place.variable >= first]
    order = sorted(direct, key=lambda place: (-place.variable, place.position))
    values = {(place.variable, place.position): place for place in found.slice.places}
    rows = [
        (
            line(
                f"{clip(found.names[place.variable], LONGEST_NAME)}@{place.position}",
                (f" = {_value(found.program, place)}", "bold"),
            ),
            styled(f"← {_reads(found, place, values)}", "dim"),
        )
        for place in order[:MOST_PLACES]
    ]
    watched = len(found.slice.places) - len(found.slice.direct)
    passed = f"and {counted(watched, 'place')} that heads looked at and passed over"
    return (
        table((TableColumn(whole=True), TableColumn()), rows, (0, 1))
        if rows
        else styled("the inputs alone", "dim"),
        *more(len(order) - MOST_PLACES, "more places; --json lists them"),
        *((styled(passed, "dim"),) if watched else ()),
    )


def _reads(found: Closeup, place: SlicePlace, values: dict[tuple[int, int], SlicePlace]) -> str:
    """Return what a place was computed from; positions that were read alike are told together."""
    groups: dict[tuple[str, int, str], list[int]] = {}
    watched = 0
    for read in place.reads:
        if read.role == "watched":
            watched += 1
            continue
        text = _value(found.program, values[read.variable, read.position])
        groups.setdefault((_role(read), read.variable, text), []).append(read.position)
    said = [
        f"{role}{clip(found.names[variable], LONGEST_NAME)}@{_places_text(positions)} = {text}"
        for (role, variable, text), positions in groups.items()
    ]
    if not any(read.role == "value" for read in place.reads) and watched:
        said.append("no match")
    return ", ".join(said)


def _role(read: SliceRead) -> str:
    return {"query": "q ", "key": "k ", "value": "v "}.get(read.role, "")


def _places_text(positions: Sequence[int]) -> str:
    return ranges(sorted(positions)).replace(" ", ",")


def _value(program: Program, place: SlicePlace) -> str:
    return clip(show_value(value_at(program, place.variable, place.entry)), LONGEST_VALUE)


def _how_small(found: Closeup) -> str:
    live = counted(len(found.live), "head or look-up", "heads and look-ups")
    if not found.exact:
        return f"of {live}; no part of it can be spared, but a smaller set may exist"
    if not found.parts:
        return f"of {live}: none is needed"
    others = found.ways - 1
    also = "" if others < 1 else f"; {counted(others, 'other set')} of its size would do as well"
    return f"of {live}; no smaller set gives the answer{also}"


def _names(names: Sequence[str], parts: Sequence[int]) -> str:
    return (
        ", ".join(names[part] for part in parts) or "none: the inputs and the neutral values alone"
    )


def _label(label: str) -> str:
    return clip(label_text(label), LONGEST_VALUE)
