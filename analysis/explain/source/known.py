"""What is known of names before a function starts: constants of the file, and annotations that list values."""

from collections.abc import Callable, Iterable, Sequence

from astroid import nodes
from astroid.exceptions import NoDefault

from tprog.analysis.explain.source.tree import FUNCTIONS, Parsed
from tprog.analysis.explain.source.values import (
    Unknown,
    Value,
    Values,
    constant,
    container,
    evaluate,
)

# With these a file binds or reads names where its text does not show them.
DYNAMIC = {"exec", "eval", "globals", "locals"}
# False when the file runs, and meant to be.
SWITCHES = {"TYPE_CHECKING"}
DEEPEST_ANNOTATION = 20


def is_dynamic(parsed: Parsed) -> bool:
    """Tell whether names of a module may be bound or read where the text does not show it."""
    for node in parsed.whole:
        match node:
            case nodes.Name(name=name) if name in DYNAMIC:
                return True
            case (
                nodes.ImportFrom(names=[("*", _)])
                | nodes.Call(func=nodes.Name(name="vars"), args=[])
            ):
                return True
    return False


def shared_names(parsed: Parsed) -> set[str]:
    """Return the names that other functions than their own may bind."""
    return SWITCHES | {
        name
        for node in parsed.whole
        if isinstance(node, nodes.Global | nodes.Nonlocal)
        for name in node.names
    }


def constants(parsed: Parsed) -> dict[str, Values]:
    """Return the module's names that are bound once, to a constant."""
    module = parsed.module
    if is_dynamic(parsed):
        return {}
    uses: dict[str, list[nodes.Name]] = {}
    for node in parsed.whole:
        if isinstance(node, nodes.Name):
            uses.setdefault(node.name, []).append(node)
    found: dict[str, Values] = {}
    for name, bindings in module.locals.items():
        statement = bindings[0].parent
        if len(bindings) != 1 or not isinstance(statement, nodes.Assign):
            continue
        if statement.targets != [bindings[0]]:
            continue
        try:
            plain = _plain(statement.value, uses.get(name, []))
        except Unknown:
            continue
        found[name] = Values(frozenset([plain]), False, (), frozenset([statement.lineno or 0]))
    shared = shared_names(parsed)
    return {name: values for name, values in found.items() if name not in shared}


def _plain(value: nodes.NodeNG, uses: Iterable[nodes.Name]) -> Value:
    if not isinstance(value, nodes.Set | nodes.List | nodes.Dict):
        return constant(value, {})
    # Such a value can change; it does not where it is only asked what it holds.
    if not all(map(_only_asked, uses)):
        raise Unknown
    return tuple(container(value, lambda part: evaluate(part, {})))  # type: ignore[arg-type]


def _only_asked(use: nodes.Name) -> bool:
    above = use.parent
    return isinstance(above, nodes.Compare) and any(
        part is use and sign in ("in", "not in") for sign, part in above.ops
    )


def outer_names(scope: nodes.FunctionDef) -> set[str]:
    """Return the names that the functions around a function bind."""
    found: set[str] = set()
    above = scope.parent
    while above is not None:
        if isinstance(above, FUNCTIONS):
            found |= set(above.locals)
        above = above.parent
    return found


def annotated(scope: nodes.FunctionDef, module: nodes.Module) -> dict[str, Values]:
    """Return the values of parameters whose annotation is a `Literal`, or a name for one."""
    arguments = scope.args
    pairs = [
        *zip(arguments.posonlyargs, arguments.posonlyargs_annotations, strict=False),
        *zip(arguments.args or (), arguments.annotations, strict=False),
        *zip(arguments.kwonlyargs, arguments.kwonlyargs_annotations, strict=False),
    ]
    found = {}
    for parameter, annotation in pairs:
        if annotation is None or len(scope.locals.get(parameter.name, ())) != 1:
            continue
        values = literal_values(annotation, module)
        if values is None:
            continue
        try:
            values |= {constant(arguments.default_value(parameter.name), {})}
        except NoDefault:
            pass
        except Unknown:
            continue
        found[parameter.name] = Values(values, False, (), frozenset([scope.lineno or 0]))
    return found


def literal_values(
    annotation: nodes.NodeNG, module: nodes.Module, depth: int = 0
) -> frozenset[Value] | None:
    """Return the values of `Literal[...]`, of unions of them, or of a name that stands for one; else None."""

    def of(part: nodes.NodeNG) -> frozenset[Value] | None:
        return literal_values(part, module, depth + 1)

    match annotation:
        case _ if depth > DEEPEST_ANNOTATION:
            return None
        case nodes.Const(value=None):
            return frozenset([None])
        case nodes.Name(name=name):
            bindings = module.locals.get(name, [])
            above = bindings[0].parent if len(bindings) == 1 else None
            value = above.value if isinstance(above, nodes.Assign | nodes.AnnAssign) else None
            # `Parser = None` is no type of None, but a name to be bound later.
            named = isinstance(value, nodes.Subscript | nodes.BinOp | nodes.Name)
            return of(value) if named else None
        case nodes.BinOp(op="|", left=left, right=right):
            return _union([of(left), of(right)])
        case nodes.Subscript(value=nodes.Name() | nodes.Attribute(), slice=inside):
            name = annotation.value.as_string().split(".")[-1]
            parts = inside.elts if isinstance(inside, nodes.Tuple) else [inside]
            if name == "Literal":
                return _union([_listed(part, of) for part in parts])
            if name in ("Optional", "Union"):
                none: frozenset[Value] = frozenset([None] if name == "Optional" else [])
                return _union([*map(of, parts), none])
    return None


def _union(parts: Sequence[frozenset[Value] | None]) -> frozenset[Value] | None:
    found: set[Value] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _listed(
    part: nodes.NodeNG, of: Callable[[nodes.NodeNG], frozenset[Value] | None]
) -> frozenset[Value] | None:
    """Return the values of one entry of a `Literal`, which may be another `Literal`."""
    if isinstance(part, nodes.Name | nodes.Subscript):
        return of(part)
    try:
        return frozenset([constant(part, {})])
    except Unknown:
        return None
