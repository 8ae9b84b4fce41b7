"""Names that nothing uses, and names that are bound nowhere."""

import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from astroid import nodes

from tprog.analysis.explain.unreadable.reading import Finding, SourceFunction
from tprog.analysis.explain.unreadable.tree import FUNCTIONS, Parsed, walk
from tprog.analysis.explain.unreadable.values import is_dynamic, shared_names

# What Python gives every module, class body or method besides the built-in functions.
GIVEN = {
    *dir(builtins),
    *("__file__", "__path__", "__builtins__", "__annotations__", "__dict__", "__class__"),
    *("__qualname__", "__module__", "__firstlineno__", "__type_params__", "WindowsError"),
}


def find_names(
    parsed: Parsed, functions: Sequence[SourceFunction], entries: Collection[str]
) -> list[Finding]:
    """Return what is to be said of a file's names, by line; nothing where names may come from elsewhere.

    Entries are the functions that compute heads. Where there are some, the file is a program, and what nothing in it
    names has no other use.
    """
    if is_dynamic(parsed):
        return []
    shared = shared_names(parsed)
    found = [*_unbound(parsed), *_unused(parsed, functions, shared, entries)]
    return sorted(set(found), key=lambda one: (one.line, one.text))


def _unbound(parsed: Parsed) -> Iterator[Finding]:
    said = set(GIVEN)
    for node in parsed.whole:
        if isinstance(node, nodes.Name) and node.name not in said and not _guarded(node):
            scopes = list(_scopes(node))
            types = {one.name.name for scope in scopes for one in getattr(scope, "type_params", ())}
            if node.name not in types.union(*(scope.locals for scope in scopes)):
                said.add(node.name)
                text = f"{node.name} is bound nowhere in this file, and Python has no such name"
                yield Finding(node.lineno or 0, "unbound", text)


def _scopes(node: nodes.NodeNG) -> Iterator[nodes.LocalsDictNodeNG]:
    """Yield the scopes in which a name may be found: those around it, of classes only where no function is between.

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


def _unused(
    parsed: Parsed, functions: Sequence[SourceFunction], shared: set[str], entries: Collection[str]
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


def _read(found: Iterable[nodes.NodeNG]) -> set[str]:
    """Return the names that some nodes read, delete or add to."""
    names = (one.target if isinstance(one, nodes.AugAssign) else one for one in found)
    return {
        one.name
        for one in names
        if isinstance(one, nodes.Name | nodes.DelName)
        or (isinstance(one, nodes.AssignName) and isinstance(one.parent, nodes.AugAssign))
    }


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
