"""Branches that cannot be taken, by abstract interpretation.

Every block is followed from top to bottom with the values that each name can have there (`values.py`). Whatever may have
changed a name on the way makes it unknown, so that a branch is never called dead that a value could reach.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from astroid import nodes

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.unreadable.reading import Finding
from tprog.analysis.explain.unreadable.tree import FUNCTIONS, Parsed, chain, names_read, walk
from tprog.analysis.explain.unreadable.values import (
    ANY,
    Known,
    Unknown,
    Values,
    annotated,
    constants,
    container,
    evaluate,
    is_dynamic,
    join,
    results,
    shared_names,
    split,
)

MOST_SHOWN = 6  # values or lines that a finding lists
LONGEST_TEST = 60  # characters of a test in a finding
# Combinations of annotated values that a function is followed with one by one, and the lines that this may take.
MOST_RUNS, MOST_LINES = 512, 100_000


def find_branches(parsed: Parsed) -> list[Finding]:
    """Return the branches that cannot be taken, by line."""
    module, fixed = parsed.module, constants(parsed)
    shared = shared_names(parsed)
    found: list[Finding] = []
    for node in parsed.whole:
        match node:
            case nodes.FunctionDef():
                outer = {name for one in _functions_around(node) for name in one.locals}
                known = {name: values for name, values in fixed.items() if name not in outer}
                known |= {name: ANY for name in node.locals if name not in shared}
                own = _follow(parsed, node, known)
                typed = {key: one for key, one in annotated(node, module).items() if key in known}
                hedged = _follow(parsed, node, known, typed) if typed else []
                lines = {one.line for one in own if one.kind == "never taken"}
                found += [*own, *(one for one in hedged if one.line not in lines)]
            case nodes.ClassDef():
                found += _follow(parsed, node, {})
    local = {} if is_dynamic(parsed) else dict.fromkeys(module.locals, ANY)
    found += _follow(
        parsed, module, {name: one for name, one in local.items() if name not in shared}
    )
    return sorted(set(found), key=lambda one: (one.line, one.text))


def _follow(
    parsed: Parsed,
    scope: nodes.Module | nodes.FunctionDef | nodes.ClassDef,
    known: Known,
    typed: Mapping[str, Values] | None = None,
) -> list[Finding]:
    """Return the branches of a scope that cannot be taken, given what is known at its start and what annotations allow."""
    walker = _Walker()
    if typed is None:
        walker.block(scope.body, known)
        return walker.never(parsed)
    size = math.prod(len(one.listed) for one in typed.values())
    if size <= MOST_RUNS and size * (scope.end_lineno or 0) <= MOST_LINES:
        # One by one, so that what two parameters have to do with each other counts.
        for row in itertools.product(*(sorted(one.listed, key=repr) for one in typed.values())):
            single = zip(typed.items(), row, strict=True)
            given = {key: replace(one, listed=frozenset([v])) for (key, one), v in single}
            walker.block(scope.body, {**known, **given})
    else:
        walker.block(scope.body, {**known, **typed})
    return walker.never(parsed, typed)


@dataclass(slots=True)
class _Judged:
    """A test: whether it can hold and fail, and what is known of its names."""

    known: Known
    holds: bool = False
    fails: bool = False


class _Walker:
    """Follows the blocks of one scope, once or several times."""

    def __init__(self) -> None:
        self._judged: dict[nodes.NodeNG, _Judged] = {}

    def never(self, parsed: Parsed, typed: Mapping[str, Values] | None = None) -> list[Finding]:
        """Return the branches that could not be taken any time."""
        found = []
        for test, judged in self._judged.items():
            shown = clip(parsed.text(test), LONGEST_TEST)
            above, line = test.parent, test.lineno or 0
            loop = isinstance(above, nodes.While)
            if not judged.holds:
                if typed is not None and _refused(above.body):
                    continue  # a check of what the annotation says
                what = "loop is never entered" if loop else "branch cannot be taken"
                text = f"this {what}: {shown} cannot hold"
            elif not judged.fails and not loop and not _refused(above.orelse):
                text = f"the branches after line {line} cannot be taken: {shown} always holds"
                line = above.orelse[0].lineno or 0
            else:
                continue
            reason = _reason(test, judged.known, typed)
            found.append(Finding(line, "never taken", text + reason))
        return found

    def block(self, body: Sequence[nodes.NodeNG], known: Known | None) -> Known | None:
        """Follow a block and return what is known after it, None where it is never left at its end."""
        for statement in body:
            if known is None:
                return None
            known = self._statement(statement, known)
        return known

    def _statement(self, statement: nodes.NodeNG, known: Known) -> Known | None:
        inside = known if isinstance(statement, nodes.If) else _without(known, statement)
        match statement:
            case nodes.If():
                return self._chain(statement, known)
            case nodes.Return() | nodes.Raise() | nodes.Continue() | nodes.Break():
                return None
            case nodes.While(test=test):
                holds, fails = split(test, inside)
                self._judge(test, inside, holds, fails)
                self.block(statement.body, holds)
                self.block(statement.orelse, inside)
            case nodes.For(target=target, iter=values):
                self.block(statement.body, _looped(target, values, inside, statement))
                self.block(statement.orelse, inside)
            case nodes.Try() | nodes.TryStar():
                self.block(statement.body, known)
                for handler in statement.handlers:
                    self.block(handler.body, inside)
                self.block(statement.orelse, inside)
                self.block(statement.finalbody, inside)
            case nodes.With():
                self.block(statement.body, inside)
            case nodes.Match(cases=cases):
                for case in cases:
                    self.block(case.body, inside)
            case nodes.Assign(targets=[nodes.AssignName(name=name)], value=value) if name in known:
                return {**inside, name: results(value, known)}
        return inside

    def _chain(self, first: nodes.If, known: Known) -> Known | None:
        after: Known | None = None
        links = chain(first)
        for link in links:
            # What a test binds, it may bind halfway through.
            bound = _bound(link.test) & set(known)
            known = {name: values for name, values in known.items() if name not in bound}
            holds, fails = split(link.test, known)
            self._judge(link.test, known, holds, fails)
            again = dict.fromkeys(bound, ANY)
            if holds is not None:
                after = join(after, self.block(link.body, {**holds, **again}))
            if fails is None:
                return after
            known = {**fails, **again}
        return join(after, self.block(links[-1].orelse, known))

    def _judge(
        self, test: nodes.NodeNG, known: Known, holds: Known | None, fails: Known | None
    ) -> None:
        judged = self._judged.setdefault(test, _Judged(known))
        judged.holds |= holds is not None
        judged.fails |= fails is not None


def _reason(test: nodes.NodeNG, known: Known, typed: Mapping[str, Values] | None) -> str:
    """Return what is known of the names of a test, as the end of a sentence."""
    names = sorted({found.name for found in names_read(test)} & set(known))
    if typed is not None:
        shown = ", ".join([name for name in names if name in typed] or typed)
        return f"; with the values that the annotations allow ({shown})"
    reasons = []
    for name in names:
        values = known[name]
        if not values.excluded and len(values.listed) <= MOST_SHOWN:
            listed = ", ".join(sorted(map(repr, values.listed)))
            some = "is" if len(values.listed) == 1 else "is one of"
            reasons.append(f"{name} {some} {listed} ({_lines(values.lines)})")
        elif values.lines:
            reasons.append(f"{name} was tested before ({_lines(values.lines)})")
    return f"; {', '.join(reasons)}" if reasons else ""


def _refused(statements: Sequence[nodes.NodeNG]) -> bool:
    """Tell whether statements stand where nothing should come, as in `else: raise`."""
    return all(
        isinstance(one, nodes.Raise | nodes.Assert)
        or (isinstance(one, nodes.Expr) and "assert_never" in one.as_string())
        for one in statements
    )


def _functions_around(scope: nodes.NodeNG) -> Iterator[nodes.LocalsDictNodeNG]:
    above = scope.parent
    while above is not None:
        if isinstance(above, FUNCTIONS):
            yield above
        above = above.parent


def _bound(node: nodes.NodeNG) -> set[str]:
    """Return the names that some code binds or deletes, as far as it belongs to its scope."""
    if isinstance(node, nodes.FunctionDef | nodes.ClassDef):
        return {node.name}
    found: set[str] = set()
    for one in walk(node, into_scopes=False):
        match one:
            case nodes.AssignName() | nodes.DelName() | nodes.FunctionDef() | nodes.ClassDef():
                found.add(one.name)
            case nodes.Import() | nodes.ImportFrom():
                found |= {(alias or name).split(".")[0] for name, alias in one.names}
    return found


def _without(known: Known, node: nodes.NodeNG) -> Known:
    """Return what is known, but nothing of the names that some code binds."""
    # Most often nothing is known of them anyway, and a copy would be for nothing.
    bound = [name for name in _bound(node) if known.get(name, ANY) != ANY]
    return {**known, **dict.fromkeys(bound, ANY)} if bound else known


def _looped(target: nodes.NodeNG, values: nodes.NodeNG, inside: Known, loop: nodes.For) -> Known:
    """Return what is known at the start of a loop over constants."""
    if not isinstance(target, nodes.AssignName) or target.name not in inside:
        return inside
    try:
        listed = container(values, lambda part: evaluate(part, {}))
    except Unknown:
        return inside
    if not isinstance(listed, frozenset | tuple) or not listed:
        return inside
    found = Values(frozenset(listed), False, frozenset([loop.lineno or 0]))
    return {**inside, target.name: found}


def _lines(lines: Iterable[int]) -> str:
    found = sorted(lines)
    shown = ", ".join(map(str, found[:MOST_SHOWN])) + (", …" if len(found) > MOST_SHOWN else "")
    return f"line {shown}" if len(found) == 1 else f"lines {shown}"
