"""A file read as source: everything that is said of it, in one value."""

from pathlib import Path

from astroid import nodes

from tprog.analysis.explain.unreadable.branches import find_branches
from tprog.analysis.explain.unreadable.flow import Flow
from tprog.analysis.explain.unreadable.functions import rules_of
from tprog.analysis.explain.unreadable.heads import HeadFinder
from tprog.analysis.explain.unreadable.names import find_names
from tprog.analysis.explain.unreadable.reading import Finding, FunctionKind, Reading, SourceFunction
from tprog.analysis.explain.unreadable.tree import (
    Parsed,
    names_read,
    parameters,
    parse,
)
from tprog.published.parsed import deep_calls


def read_reading(text: str, path: Path, why: str) -> Reading:
    """Return what can be said of a file that is no Program. Nothing of it is executed, nor of what it imports.

    Args:
        text: the file's text.
        path: where it lies, for its name alone.
        why: why it is no Program.

    Raises:
        UnreadableSource: it is no Python, too large, or nests too deeply.
    """
    parsed = parse(text, str(path))
    with deep_calls():
        heads = HeadFinder(parsed)
        flow = Flow(parsed, heads)
        found = _functions(parsed, heads, flow)
        findings = [
            Finding(one.first, "left out", f"left out up to line {one.last}: {one.why}")
            for one in parsed.broken
        ]
        remarks = find_branches(parsed)
        if not parsed.broken:
            # What was left out may bind and use names.
            remarks += find_names(parsed, found, flow.scopes)
    entry = flow.entry.name if isinstance(flow.entry, nodes.FunctionDef) else ""
    findings += [one for one in remarks if not parsed.broken or not _touched(one.line, parsed)]
    return Reading(
        str(path),
        len(parsed.lines) - (parsed.lines[-1] == ""),
        why,
        entry,
        _imports(parsed),
        tuple(node.name for node in parsed.whole if isinstance(node, nodes.ClassDef)),
        found,
        flow.parts,
        flow.result,
        tuple(sorted(findings, key=lambda one: one.line)),
    )


def _touched(line: int, parsed: Parsed) -> bool:
    """Tell whether lines were left out of the outermost statement around a line."""
    for statement in parsed.module.body:
        first, last = statement.fromlineno or 0, statement.end_lineno or 0
        if first <= line <= last:
            return any(one.first <= last and one.last >= first for one in parsed.broken)
    return bool(parsed.broken)


def _imports(parsed: Parsed) -> tuple[str, ...]:
    """Return the modules that a file imports, as it names them."""
    found: dict[str, None] = {}
    for node in parsed.whole:
        match node:
            case nodes.Import(names=names):
                found |= dict.fromkeys(name for name, _ in names)
            case nodes.ImportFrom(modname=name, level=level):
                found["." * (level or 0) + name] = None
    return tuple(found)


def _functions(parsed: Parsed, heads: HeadFinder, flow: Flow) -> tuple[SourceFunction, ...]:
    used: dict[str, set[int]] = {}
    for name in names_read(parsed.module):
        used.setdefault(name.name, set()).add(name.lineno or 0)
    helping = {name for use in heads.uses for name in use.callees if use.attention is not None}
    given = {
        use.attention.predicate.name
        for use in heads.uses
        if use.attention is not None and isinstance(use.attention.predicate, nodes.Name)
    }
    found = []
    for function in parsed.functions:
        kind: FunctionKind = heads.kinds[function.name]
        if function is flow.entry:
            kind = "entry"
        elif function.name in heads.helpers or function.name in helping:
            kind = "attention"
        elif function.name in given:
            kind = "predicate"
        found.append(
            SourceFunction(
                function.name,
                function.fromlineno or 0,
                function.end_lineno or 0,
                kind,
                tuple(parameters(function)),
                rules_of(parsed, function) if kind in ("predicate", "look-up") else (),
                tuple(sorted(used.get(function.name, ()))),
            )
        )
    return tuple(found)
