"""What the source of a file that is no Program says, with lines."""

from collections.abc import Sequence

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.unreadable import Reading, SourceFunction, SourcePart
from tprog.analysis.show.model import Page, TableColumn, line, more, spaced, styled, table
from tprog.analysis.show.summary import facts
from tprog.analysis.show.words import counted

MOST_ROWS = 60  # of one table; JSON has them all
MOST_NAMES = 30
LONGEST_RULES = 60  # characters of what a predicate or look-up does
LONGEST_NAME = 40

FIRST_LINE = "A reading of the source and no proof: nothing of it was run"
LINE = TableColumn("line", right=True, whole=True, style="dim")


def source_page(reading: Reading) -> Page:
    """Return the whole page."""
    called = {name for part in reading.parts for name in part.calls}
    own = [one for one in reading.functions if one.rules and one.name not in called]
    rest = [one for one in reading.functions if not one.rules and one.kind == "function"]
    return spaced(
        (
            _heading(reading),
            _parts(reading) if reading.parts else (),
            _functions(own) if own else (),
            _others(rest) if rest else (),
            _findings(reading) if reading.findings else (),
        )
    )


def _heading(reading: Reading) -> Page:
    rows = [
        ("file", f"{reading.path}, {counted(reading.lines, 'line')}"),
        ("no Program", reading.reason),
        ("holds", _holds(reading)),
    ]
    if reading.classes:
        rows.append(("classes", _some(reading.classes)))
    if reading.imports:
        rows.append(("imports", _some(reading.imports)))
    return (styled(FIRST_LINE, "bold"), facts(rows))


def _holds(reading: Reading) -> str:
    kinds: list[str] = [one.kind for one in reading.functions]
    parts = [one.kind for one in reading.parts]
    said = [
        counted(parts.count("head"), "head"),
        counted(parts.count("look-up"), "look-up"),
    ]
    where = f" (the answer is that of {reading.entry})" if reading.entry else ""
    held = " and ".join(one for one in said if not one.startswith("0 "))
    shapes = [
        counted(kinds.count(kind), singular, plural)
        for kind, singular, plural in (
            (
                "predicate",
                "function that looks like a predicate",
                "functions that look like predicates",
            ),
            ("look-up", "function that looks like a look-up", "functions that look like look-ups"),
            ("attention", "helper by which heads attend", "helpers by which heads attend"),
            ("function", "other function", "other functions"),
        )
    ]
    listed = [f"{held}{where}" if held else "no call that looks like a head"]
    listed += [one for one in shapes if not one.startswith("0 ")]
    return ", ".join(listed)


def _parts(reading: Reading) -> Page:
    rules = {one.name: _rules(one) for one in reading.functions if one.rules}
    shown = [part for part in reading.parts if part.kind != "input"]
    shown.sort(key=lambda part: (part.layer or 0, part.kind, part.line))
    rows = []
    layer: int | None = None
    for part in shown[:MOST_ROWS]:
        *helpers, last = part.calls
        does = line((last, "bold"), f": {rules[last]}" if last in rules else "")
        does += (f" ({', '.join(helpers)})" if helpers else "", "dim")
        name = styled(clip(part.name, LONGEST_NAME), "bold")
        number = "" if part.layer == layer else str(part.layer)
        rows.append((number, str(part.line), name, _reads(part), does))
        layer = part.layer
    inputs = [f"{part.name} (line {part.line})" for part in reading.parts if part.kind == "input"]
    answer = [reading.parts[number].name for number in reading.result]
    lines = [styled(f"inputs: {_some(inputs)}", "dim")] if inputs else []
    if answer:
        lines.append(styled(f"the answer of {reading.entry} reads {_some(answer)}", "dim"))
    columns = (
        TableColumn("layer", right=True, whole=True, style="cyan"),
        LINE,
        "part",
        "reads",
        "does",
    )
    return (table(columns, rows), *_more(len(shown)), *lines)


def _reads(part: SourcePart) -> str:
    signs = {"query": "q ", "key": "k ", "value": "v "}
    return ", ".join(f"{signs.get(read.role, '')}{read.text}" for read in part.reads)


def _rules(function: SourceFunction) -> str:
    """Return the first rules of a function, as many as fit."""
    shown = [clip(function.rules[0], LONGEST_RULES)]
    for rule in function.rules[1:]:
        if len("; ".join([*shown, rule])) > LONGEST_RULES:
            break
        shown.append(rule)
    rest = len(function.rules) - len(shown)
    return "; ".join(shown) + (f"; {rest} more" if rest else "")


def _functions(functions: Sequence[SourceFunction]) -> Page:
    rows = [
        (
            str(one.line),
            line((clip(one.name, LONGEST_NAME), "bold"), f"({', '.join(one.parameters)})"),
            f"a {one.kind}",
            _rules(one),
        )
        for one in functions[:MOST_ROWS]
    ]
    return (table((LINE, "function", "looks like", "does"), rows), *_more(len(functions)))


def _others(functions: Sequence[SourceFunction]) -> Page:
    names = [f"{one.name} ({one.line})" for one in functions]
    return (line(("other functions, with their lines: ", "dim"), _some(names)),)


def _findings(reading: Reading) -> Page:
    rows = [
        (
            str(one.line),
            styled(one.text, "" if one.kind in ("repeated", "never used") else "yellow"),
        )
        for one in reading.findings[:MOST_ROWS]
    ]
    return (table((LINE, "what stands out"), rows), *_more(len(reading.findings)))


def _more(number: int) -> Page:
    return more(number - MOST_ROWS, "more; --json has all")


def _some(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest:,} more" if rest > 0 else "")
