"""Circuits on the terminal. Owns their wording and look; refuses to find any."""

import textwrap
from collections.abc import Sequence

from tprog.analysis.explain.circuits.closeup import Closeup
from tprog.analysis.explain.circuits.slicing import Place, Read
from tprog.analysis.explain.circuits.survey import Circuit, Survey
from tprog.analysis.explain.describe import clip, show_value
from tprog.analysis.show.page.words import counted, kind_text, label_text, share_note, share_text
from tprog.evaluate.scalar import value_at
from tprog.ir import Program
from tprog.terminal import Group, RenderableType, Table, Text

# A survey keeps to so many lines where its parts have names of ordinary length.
MOST_LINES = 30
MOST_PARTS, MOST_VOTES, MOST_PLACES, MOST_GAINS = 6, 10, 14, 3
LONGEST_NAME, LONGEST_VALUE, LONGEST_EXAMPLE, BAR = 26, 12, 30, 20
INDENT = 9

MEANINGS = {
    "rival": "held at the value that it has most often where the answer is another",
    "commonest": "held at the value that it has most often",
}


def survey_page(program: Program, found: Survey, width: int) -> RenderableType:
    """Return which circuits there are, how often each decides and on what kind of input."""
    heading = _heading(program, found, width)
    parts = _parts(program, found, width)
    # Two empty lines, and the heading of the parts.
    room = MOST_LINES - len(heading) - min(len(found.parts), MOST_PARTS) - len(parts) - 2
    shown: list[Text] = []
    for number, circuit in enumerate(found.circuits):
        lines = _circuit(found, circuit, width)
        if shown and len(shown) + len(lines) > room - (number + 1 < len(found.circuits)):
            shown.append(_rest(found, found.circuits[number:]))
            break
        shown += lines
    return Group(*heading, "", *shown, "", *parts)


def closeups_page(program: Program, found: Sequence[Closeup], width: int) -> RenderableType:
    """Return the smallest circuit of every prediction of one input; of a single one, everything that decides it."""
    if len(found) == 1:
        return closeup_page(program, found[0], width)
    if not found:
        return Text("no position of this input has a label that counts", "yellow")
    table = Table()
    for name in ("position", "token", "answer", "against", "margin"):
        right = name in ("position", "margin")
        table.add_column(Text(name, "dim"), justify="right" if right else "left", no_wrap=True)
    table.add_column(Text("smallest circuit", "dim"), overflow="fold")
    for one in found:
        token = "" if one.position is None else one.tokens[one.position]
        table.add_row(
            str(one.position),
            _label(token),
            Text(_label(one.answer), "bold green"),
            "" if one.runner_up is None else _label(one.runner_up),
            one.scale.text(one.margin, sign=False),
            _names(one.names, one.parts) + ("" if one.exact else " *"),
        )
    scale = found[0].scale.note
    notes = [Text(scale, "dim")] if scale else []
    notes += [
        Text("everything else is held at its neutral value; --position N shows the votes", "dim")
    ]
    if not all(one.exact for one in found):
        notes.append(Text("* no part can be spared, but a smaller set may exist", "dim"))
    return Group(table, "", *notes)


def closeup_page(program: Program, found: Closeup, width: int) -> RenderableType:
    """Return the votes of one prediction, what computed them, and the smallest circuit."""
    parts: list[RenderableType] = [
        _ruling(found),
        "",
        Text(
            ", ".join(filter(None, ("votes for it, less those against", found.scale.note))), "dim"
        ),
    ]
    parts += [_votes(found), "", Text("computed from", "dim")]
    parts += _places(program, found, width)
    parts += [
        "",
        Text.assemble(("smallest circuit  ", "dim"), (_names(found.names, found.parts), "bold")),
    ]
    parts.append(Text(_how_small(found), "dim"))
    if found.held:
        held = ", ".join(f"{found.names[part]} = {text}" for part, text in found.held[:MOST_PARTS])
        more = len(found.held) - MOST_PARTS
        parts.append(
            Text.assemble(("held  ", "dim"), held + (f" and {more} more" if more > 0 else ""))
        )
    return Group(*parts)


def _heading(program: Program, found: Survey, width: int) -> list[Text]:
    where = "" if found.task is None else f" of {found.task}"
    said = (
        f"{counted(found.moments, 'prediction')} on {counted(found.inputs, 'random input')}{where}, "
        f"seed {found.seed}; {counted(len(found.parts), 'head or look-up', 'heads and look-ups')}. "
        "A circuit is the smallest set of these that alone still gives the answer; the rest is "
        f"{MEANINGS[found.neutral.kind]}."
    )
    if found.exact < found.moments:
        said += (
            f" For {share_text(1 - found.exact / found.moments)} of the predictions sets of more than "
            f"{found.searched} were not all tried: no part of theirs (*) can be spared, but a smaller set may exist."
        )
    said += " Of an interval each input counts once."
    if found.scale.note:
        said += f" {found.scale.note[0].upper()}{found.scale.note[1:]}."
    title = program.provenance.title or "A program without a title"
    lines = [Text(f"{clip(title, max(20, width - 10))}: circuits", "bold")]
    return lines + [Text(line) for line in textwrap.wrap(said, width, break_on_hyphens=False)]


def _circuit(found: Survey, circuit: Circuit, width: int) -> list[Text]:
    """Return a circuit: how often it decides, its parts, on what kind of input, its votes and an example."""
    share = found.share(circuit.count)
    names = _names(found.names, circuit.parts) + ("" if circuit.exact else " *")
    wrapped = textwrap.wrap(names, max(20, width - INDENT), break_on_hyphens=False)
    first = Text.assemble((f"{share_text(share.value):>7}  ", "bold cyan"), (wrapped[0], "bold"))
    lines = [first, *(Text(" " * INDENT + line, "bold") for line in wrapped[1:])]
    about = kind_text(circuit.kind, alone=circuit.count == found.moments)
    if circuit.right is not None and circuit.right < circuit.count:
        about += f"; right in {share_text(circuit.right / circuit.count)}"
    rest = f"{share_note(share)}; {_gains(found, circuit)}{_example(circuit)}"
    for text, style in ((about, ""), (rest, "dim")):
        lines += [
            Text(" " * INDENT + line, style)
            for line in textwrap.wrap(text, max(20, width - INDENT), break_on_hyphens=False)
        ]
    return lines


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
    share = sum(circuit.count for circuit in circuits) / found.moments
    return Text.assemble(
        (f"{share_text(share):>7}  ", "cyan"),
        (f"{counted(len(circuits), 'other circuit')} together; --json lists them", "dim"),
    )


def _parts(program: Program, found: Survey, width: int) -> list[RenderableType]:
    """Return how often each part is in the circuit, and what it is held at where it is not."""
    if not found.parts:
        return [Text("no head and no look-up reaches a vote: the inputs alone decide", "yellow")]
    order = sorted(found.parts, key=lambda part: (-found.uses(part), part))
    table = Table()
    table.add_column(Text("part", "dim"), no_wrap=True)
    table.add_column(Text("in circuits", "dim"), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(Text("held at", "dim"), no_wrap=True)
    longest = max(len(clip(found.names[part], LONGEST_NAME)) for part in order[:MOST_PARTS])
    room = max(LONGEST_VALUE, width - max(longest, len("part")) - len("in circuits") - BAR - 6)
    for part in order[:MOST_PARTS]:
        share = found.uses(part) / found.moments if found.moments else 0.0
        table.add_row(
            clip(found.names[part], LONGEST_NAME),
            share_text(share),
            Text("█" * round(BAR * share), "cyan"),
            clip(_held_text(program, found, part), room),
        )
    more = len(order) - MOST_PARTS
    return [table, *([Text(f"and {more} more", "dim")] if more > 0 else [])]


def _held_text(program: Program, found: Survey, part: int) -> str:
    """Return a part's neutral value; where it depends on the answer, the commonest one and then the others."""
    labels: dict[str, list[str]] = {}
    masked = program.classifier.masked
    for number, held in enumerate(found.neutral.by_label):
        if number not in masked:
            label = program.classifier.labels[number]
            labels.setdefault(held.text(program, part), []).append(label)
    usual = max(labels, key=lambda text: len(labels[text]))
    others = [
        f"{clip(text, LONGEST_VALUE)} for answer {' '.join(map(_label, answers))}"
        for text, answers in labels.items()
        if text != usual
    ]
    return "; ".join([clip(usual, LONGEST_VALUE), *others])


def _ruling(found: Closeup) -> Text:
    text = Text()
    if found.position is not None:
        text.append(f"position {found.position}, ")
        text.append(f"token {_label(found.tokens[found.position])}", "bold")
        text.append(": ")
    text.append(_label(found.answer), "bold green")
    if found.runner_up is not None:
        text.append(
            f" before {_label(found.runner_up)}, by {found.scale.text(found.margin, sign=False)}"
        )
    return text


def _votes(found: Closeup) -> RenderableType:
    if not found.votes:
        return Text("none tells the two apart: the first label wins the tie", "yellow")
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    most = abs(found.votes[0].gain)
    for vote in found.votes[:MOST_VOTES]:
        name = clip(found.names[vote.variable], LONGEST_NAME)
        value = f" = {clip(vote.value, LONGEST_VALUE)}" if vote.value else ""
        style = "green" if vote.gain > 0 else "red"
        bar = "█" * max(1, round(BAR * abs(vote.gain) / most))
        table.add_row(f"{name}{value}", Text(found.scale.text(vote.gain), style), Text(bar, style))
    more = found.votes[MOST_VOTES:]
    if more:
        total = sum(vote.gain for vote in more)
        table.add_row(Text(f"{len(more)} more", "dim"), found.scale.text(total), "")
    return table


def _places(program: Program, found: Closeup, width: int) -> list[RenderableType]:
    """Return the slice, from the votes back to the inputs: each place with what it was computed from."""
    first = len(program.inputs)
    direct = [place for place in found.slice.direct if place.variable >= first]
    order = sorted(direct, key=lambda place: (-place.variable, place.position))
    values = {(place.variable, place.position): place for place in found.slice.places}
    table = Table(padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for place in order[:MOST_PLACES]:
        table.add_row(
            Text.assemble(
                _at(found, place.variable, place.position), (f" = {_value(program, place)}", "bold")
            ),
            Text(f"← {_reads(program, found, place, values)}", "dim"),
        )
    parts: list[RenderableType] = [table] if order else [Text("the inputs alone", "dim")]
    more = len(order) - MOST_PLACES
    if more > 0:
        parts.append(Text(f"and {more} more places; --json lists them", "dim"))
    watched = len(found.slice.places) - len(found.slice.direct)
    if watched:
        parts.append(
            Text(f"and {counted(watched, 'place')} that heads looked at and passed over", "dim")
        )
    return parts


def _reads(
    program: Program, found: Closeup, place: Place, values: dict[tuple[int, int], Place]
) -> str:
    """Return what a place was computed from; positions that were read alike are told together."""
    groups: dict[tuple[str, int, str], list[int]] = {}
    watched = 0
    for read in place.reads:
        if read.role == "watched":
            watched += 1
            continue
        text = _value(program, values[read.variable, read.position])
        groups.setdefault((_role(read), read.variable, text), []).append(read.position)
    said = [
        f"{role}{clip(found.names[variable], LONGEST_NAME)}@{_places_text(positions)} = {text}"
        for (role, variable, text), positions in groups.items()
    ]
    if not any(read.role == "value" for read in place.reads) and watched:
        said.append("no match")
    return ", ".join(said)


def _role(read: Read) -> str:
    return {"query": "q ", "key": "k ", "value": "v "}.get(read.role, "")


def _places_text(positions: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _at(found: Closeup, variable: int, position: int) -> str:
    return f"{clip(found.names[variable], LONGEST_NAME)}@{position}"


def _value(program: Program, place: Place) -> str:
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
