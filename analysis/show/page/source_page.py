"""The page on a file that is no Program: what its source says, with lines."""

from collections.abc import Sequence

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.source import Branching, Part, Reading
from tprog.analysis.show.page.words import counted
from tprog.terminal import Group, RenderableType, Table, Text

MOST_ROWS = 60  # of one table; JSON has them all
MOST_NAMES = 30
LONGEST_RULES = 60  # characters of what a predicate or look-up does
LONGEST_NAME = 40

FIRST_LINE = "A reading of the source and no proof: nothing of it was run"


def source_page(reading: Reading) -> RenderableType:
    """Return the whole page."""
    sections: list[RenderableType] = [_heading(reading)]
    if reading.parts:
        sections.append(_parts(reading))
    own = [one for one in reading.functions if one.rules and one.name not in _called(reading)]
    if own:
        sections.append(_functions(own))
    rest = [one for one in reading.functions if not one.rules and one.kind == "function"]
    if rest:
        sections.append(_others(rest))
    if reading.findings:
        sections.append(_findings(reading))
    spaced: list[RenderableType] = []
    for section in sections:
        spaced += [section, ""]
    return Group(*spaced[:-1])


def _called(reading: Reading) -> set[str]:
    return {name for part in reading.parts for name in part.calls}


def _heading(reading: Reading) -> RenderableType:
    table = Table(show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_row("file", f"{reading.path}, {counted(reading.lines, 'line')}")
    table.add_row("no Program", reading.reason)
    table.add_row("holds", _holds(reading))
    if reading.classes:
        table.add_row("classes", _some(reading.classes))
    if reading.imports:
        table.add_row("imports", _some(reading.imports))
    return Group(Text(FIRST_LINE, "bold"), table)


def _holds(reading: Reading) -> str:
    kinds = [one.kind for one in reading.functions]
    parts = [one.kind for one in reading.parts]
    said = [
        counted(parts.count("head"), "head"),
        counted(parts.count("look-up"), "look-up"),
    ]
    where = f" (the answer is that of {reading.entry})" if reading.entry else ""
    held = " and ".join(one for one in said if not one.startswith("0 "))
    shapes = [
        counted(
            kinds.count("predicate"),
            "function that looks like a predicate",
            "functions that look like predicates",
        ),
        counted(
            kinds.count("look-up"),
            "function that looks like a look-up",
            "functions that look like look-ups",
        ),
        counted(
            kinds.count("attention"),
            "helper by which heads attend",
            "helpers by which heads attend",
        ),
        counted(kinds.count("function"), "other function"),
    ]
    listed = [f"{held}{where}" if held else "no call that looks like a head"]
    listed += [one for one in shapes if not one.startswith("0 ")]
    return ", ".join(listed)


def _parts(reading: Reading) -> RenderableType:
    rules = {one.name: _rules(one) for one in reading.functions if one.rules}
    table = Table()
    table.add_column(Text("layer", "dim"), justify="right", no_wrap=True)
    table.add_column(Text("line", "dim"), justify="right", no_wrap=True)
    for title in ("part", "reads", "does"):
        table.add_column(Text(title, "dim"), overflow="fold")
    shown = [part for part in reading.parts if part.kind != "input"]
    shown.sort(key=lambda part: (part.layer or 0, part.kind, part.line))
    layer: int | None = None
    for part in shown[:MOST_ROWS]:
        *helpers, last = part.calls
        does = Text.assemble((last, "bold"), f": {rules[last]}" if last in rules else "")
        does.append(f" ({', '.join(helpers)})" if helpers else "", "dim")
        table.add_row(
            Text("" if part.layer == layer else str(part.layer), "cyan"),
            Text(str(part.line), "dim"),
            Text(clip(part.name, LONGEST_NAME), "bold"),
            Text(_reads(part)),
            does,
        )
        layer = part.layer
    inputs = [f"{part.name} (line {part.line})" for part in reading.parts if part.kind == "input"]
    answer = [reading.parts[number].name for number in reading.result]
    lines = [Text(f"inputs: {_some(inputs)}", "dim")] if inputs else []
    if answer:
        lines.append(Text(f"the answer of {reading.entry} reads {_some(answer)}", "dim"))
    return Group(table, *_more(len(shown)), *lines)


def _reads(part: Part) -> str:
    signs = {"query": "q ", "key": "k ", "value": "v "}
    return ", ".join(f"{signs.get(read.role, '')}{read.text}" for read in part.reads)


def _rules(function: Branching) -> str:
    """Return the first rules of a function, as many as fit."""
    shown = [clip(function.rules[0], LONGEST_RULES)]
    for rule in function.rules[1:]:
        if len("; ".join([*shown, rule])) > LONGEST_RULES:
            break
        shown.append(rule)
    more = len(function.rules) - len(shown)
    return "; ".join(shown) + (f"; {more} more" if more else "")


def _functions(functions: Sequence[Branching]) -> RenderableType:
    table = Table()
    table.add_column(Text("line", "dim"), justify="right", no_wrap=True)
    for title in ("function", "looks like", "does"):
        table.add_column(Text(title, "dim"), overflow="fold")
    for one in functions[:MOST_ROWS]:
        table.add_row(
            Text(str(one.line), "dim"),
            Text.assemble((clip(one.name, LONGEST_NAME), "bold"), f"({', '.join(one.parameters)})"),
            Text(f"a {one.kind}"),
            Text(_rules(one)),
        )
    return Group(table, *_more(len(functions)))


def _others(functions: Sequence[Branching]) -> RenderableType:
    names = [f"{one.name} ({one.line})" for one in functions]
    return Text.assemble(("other functions, with their lines: ", "dim"), _some(names))


def _findings(reading: Reading) -> RenderableType:
    table = Table()
    table.add_column(Text("line", "dim"), justify="right", no_wrap=True)
    table.add_column(Text("what stands out", "dim"), overflow="fold")
    for one in reading.findings[:MOST_ROWS]:
        style = "" if one.kind in ("repeated", "never used") else "yellow"
        table.add_row(Text(str(one.line), "dim"), Text(one.text, style))
    return Group(table, *_more(len(reading.findings)))


def _more(number: int) -> list[RenderableType]:
    more = number - MOST_ROWS
    return [Text(f"and {more:,} more; --json has all", "dim")] if more > 0 else []


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
