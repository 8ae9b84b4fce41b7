"""Names that nothing uses, that are bound nowhere, or that are used before they are bound."""

import builtins
import re
from collections.abc import Collection, Iterator, Sequence

from astroid import nodes

from tprog.analysis.explain.source.known import is_dynamic, shared_names
from tprog.analysis.explain.source.reading import Branching, Finding
from tprog.analysis.explain.source.tree import FUNCTIONS, Parsed, walk

# What Python gives every module, class body or method besides the built-in functions.
GIVEN = {
    *dir(builtins),
    *("__file__", "__path__", "__builtins__", "__annotations__", "__dict__", "__class__"),
    *("__qualname__", "__module__", "__firstlineno__", "__type_params__", "WindowsError"),
}
LOOPS = (nodes.For, nodes.While)
LATER = (*FUNCTIONS, nodes.ClassDef, nodes.GeneratorExp)


def find_names(
    parsed: Parsed, functions: Sequence[Branching], entries: Collection[str]
) -> list[Finding]:
    """Return what is to be said of a file's names, by line; nothing where names may come from elsewhere.

    Args:
        parsed: the file.
        functions: its functions.
        entries: the functions that compute heads. Where there are some, the file is a program, and what nothing in
            it names has no other use.
    """
    if is_dynamic(parsed):
        return []
    shared = shared_names(parsed)
    found = [*_unbound(parsed, shared), *_unused(parsed, functions, shared, entries)]
    return sorted(set(found), key=lambda one: (one.line, one.text))


def _unbound(parsed: Parsed, shared: set[str]) -> Iterator[Finding]:
    said = set()
    for node in parsed.whole:
        if not isinstance(node, nodes.Name):
            continue
        name = node.name
        if name in said or _guarded(node):
            continue
        scopes = list(_scopes(node))
        binder = next((one for one in scopes if name in one.locals), None)
        types = {one.name.name for scope in scopes for one in getattr(scope, "type_params", ())}
        if binder is None and name not in GIVEN | types:
            said.add(name)
            text = f"{name} is bound nowhere in this file, and Python has no such name"
            yield Finding(node.lineno or 0, "unbound", text)
        elif binder is not None and name not in shared:
            first = _first_binding(node, binder)
            if first is not None:
                said.add(name)
                text = f"{name} is used before line {first} binds it"
                yield Finding(node.lineno or 0, "unbound", text)


def _scopes(node: nodes.NodeNG) -> Iterator[nodes.LocalsDictNodeNG]:
    """Yield the scopes in which a name may be found, the innermost first.

    Where a name stands in a decorator, a default or an annotation, this is one more than Python asks.
    """
    inside, child, above = False, node, node.parent
    while above is not None:
        if isinstance(above, nodes.LocalsDictNodeNG) and not (
            inside and isinstance(above, nodes.ClassDef)
        ):
            yield above
        inside |= (
            isinstance(above, FUNCTIONS)
            and child is not above.args
            and (isinstance(above, nodes.Lambda) or child in above.body)
        )
        child, above = above, above.parent


def _guarded(node: nodes.NodeNG) -> bool:
    """Tell whether an error at a node may be expected."""
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.Try | nodes.TryStar):
            return True
        if isinstance(above, nodes.With) and any(
            word in item.as_string() for item, _ in above.items for word in ("suppress", "raises")
        ):
            return True
        above = above.parent
    return False


def _first_binding(node: nodes.Name, binder: nodes.LocalsDictNodeNG) -> int | None:
    """Return the line that first binds a name which is surely read before; else None."""
    if not isinstance(binder, nodes.Module | nodes.FunctionDef) or (
        isinstance(binder, nodes.Module) and node.name in GIVEN
    ):
        return None
    bindings = binder.locals[node.name]
    lines = [one.lineno for one in bindings]
    here = node.statement()
    last = here.end_lineno if isinstance(here, nodes.Assign) else node.lineno
    if any(isinstance(one, nodes.DelName) for one in bindings):
        return None
    loops = []
    child, above = node, node.parent
    while child is not binder:
        if above is None or (above is not binder and isinstance(above, LATER)):
            return None
        if isinstance(above, nodes.AnnAssign) or (
            above is binder and child not in getattr(above, "body", ())
        ):
            return None
        loops += [above] if isinstance(above, LOOPS) else []
        child, above = above, above.parent
    if any(loop.parent_of(one) for loop in loops for one in bindings):
        return None
    if [one.statement() for one in bindings] == [here] and isinstance(here, nodes.Assign):
        inside = here.value is node or here.value.parent_of(node)
        return int(here.lineno) if inside else None
    if any(line is None or last is None or line <= last for line in lines):
        return None
    return int(min(lines))


def _unused(
    parsed: Parsed, functions: Sequence[Branching], shared: set[str], entries: Collection[str]
) -> Iterator[Finding]:
    module, everything = parsed.module, parsed.whole
    # A name in a text may be an annotation, or an entry of `__all__`.
    texts = (one.value for one in everything if isinstance(one, nodes.Const))
    words = {word for text in texts if isinstance(text, str) for word in re.findall(r"\w+", text)}
    words |= shared
    lookups = {one.line: one.parameters for one in functions if one.kind == "look-up"}
    read = _read(everything)
    for name, bindings in module.locals.items():
        imported = isinstance(bindings[0], nodes.Import | nodes.ImportFrom)
        if name in read | words | set(entries) or "__all__" in module.locals:
            continue
        if (imported and _plain_import(bindings[0], name)) or (
            entries and _only_bound(name, bindings)
        ):
            line = bindings[0].lineno or 0
            what = "imported" if imported else "bound"
            yield Finding(line, "never used", f"{name} is {what} and never used in this file")
    for scope in parsed.functions:
        read = _read(walk(scope))
        for name, bindings in scope.locals.items():
            if name not in read | words and _only_bound(name, bindings):
                text = f"{name} is bound and never used"
                yield Finding(bindings[0].lineno or 0, "never used", text)
        for name in lookups.get(scope.lineno or 0, ()):
            if name not in read:
                text = f"{scope.name} never reads its parameter {name}"
                yield Finding(scope.lineno or 0, "never used", text)


def _read(nodes_in: object) -> set[str]:
    """Return the names that some nodes read, delete or add to."""
    found = set()
    for node in nodes_in:  # type: ignore[attr-defined]
        match node:
            case nodes.Name() | nodes.DelName():
                found.add(node.name)
            case nodes.AugAssign(target=nodes.AssignName(name=name)):
                found.add(name)
    return found


def _plain_import(node: nodes.NodeNG, name: str) -> bool:
    """Tell whether an import is there for its name alone."""
    if isinstance(node, nodes.ImportFrom) and node.modname == "__future__":
        return False
    again = (name, name) in node.names  # `import x as x` passes a name on
    dotted = any("." in one and alias is None for one, alias in node.names)
    return not again and not dotted and isinstance(node.parent, nodes.Module)


def _only_bound(name: str, bindings: Sequence[nodes.NodeNG]) -> bool:
    """Tell whether a name is bound by statements that do nothing else."""
    return not name.startswith("_") and all(
        (isinstance(one, nodes.FunctionDef) and one.decorators is None)
        or (isinstance(one.parent, nodes.Assign) and one in one.parent.targets)
        or (isinstance(one.parent, nodes.AnnAssign) and one.parent.value is not None)
        for one in bindings
    )
