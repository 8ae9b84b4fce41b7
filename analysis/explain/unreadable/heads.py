"""Heads and look-ups of a source: which calls attend, and what they read.

A helper by which heads attend is known by its loops: it calls one of its parameters on pairs, of an outer loop (the query)
and of an inner loop (the key). Names are followed to what they are bound to where they are read (astroid's scopes).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from astroid import nodes

from tprog.analysis.explain.unreadable.functions import kind_of
from tprog.analysis.explain.unreadable.tree import (
    FUNCTIONS,
    Parsed,
    arguments_of,
    names_read,
    parameters,
    walk,
)

# Parameters of helpers that are imported from elsewhere, in the order of RASP and of the published programs.
CONVENTIONS = {
    "select": ("key", "query", "predicate"),
    "attend": ("predicate", "query", "key", "value"),
    "count": ("predicate", "query", "key", "value"),
}
# Names of modules whose functions compare two values.
COMPARING = {"operator", "op", "np", "numpy"}
LEAST_OPERANDS = 2
MOST_PASSES = 4  # over helpers that call helpers
DEEPEST_TRACE = 4  # assignments from a helper's loop back to its parameter


@dataclass(frozen=True, slots=True)
class Helper:
    """The parameters of a helper: one that is called, those that its outer and its inner loop run over, and what is read besides."""

    predicate: str
    query: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceAttention:
    """What attends to what, as expressions; see `Helper`."""

    predicate: nodes.NodeNG
    query: nodes.NodeNG
    key: nodes.NodeNG
    values: tuple[nodes.NodeNG, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """An expression that computes a variable, and the functions that it calls: a head, or a look-up that reads arguments."""

    place: nodes.NodeNG
    callees: tuple[str, ...]
    attention: SourceAttention | None
    arguments: tuple[nodes.NodeNG, ...] = ()


class HeadFinder:
    """Finds the heads and look-ups of a file.

    Attributes:
        helpers: the functions by which heads attend, with the names of their parameters.
        uses: heads and look-ups, in the order of the source.
    """

    def __init__(self, parsed: Parsed) -> None:
        """Find them."""
        self._parsed = parsed
        self.functions = {one.name: one for one in parsed.functions}
        self.kinds = {name: kind_of(one) for name, one in self.functions.items()}
        self.helpers: dict[str, Helper] = {}
        for _ in range(MOST_PASSES):
            before = len(self.helpers)
            for name, function in self.functions.items():
                shape = self._shape(function) if name not in self.helpers else None
                if shape is not None:
                    self.helpers[name] = shape
            if len(self.helpers) == before:
                break
        self._patterns: dict[nodes.NodeNG, Use] = {}
        self.uses = tuple(
            sorted(self._find(), key=lambda one: (one.place.lineno or 0, one.place.col_offset or 0))
        )

    def _shape(self, function: nodes.FunctionDef) -> Helper | None:
        """Return how a helper attends, None where it is none."""
        names = parameters(function)
        for call in walk(function):
            if not isinstance(call, nodes.Call) or not isinstance(call.func, nodes.Name):
                continue
            found = None
            if call.func.name in names:
                pair = pairing(call.args)
                found = None if pair is None else SourceAttention(call.func, *pair)
            elif call.func.name in self.helpers and call.func.name != function.name:
                found = self._bound(call)
            if found is None:
                continue
            predicate, query, key = (
                self._parameter(part, names, function)
                for part in (found.predicate, found.query, found.key)
            )
            if predicate is None or query is None or key is None or predicate in (query, key):
                continue
            return Helper(predicate, query, key, _read_besides(function, {predicate, query, key}))
        return None

    def _parameter(
        self,
        node: nodes.NodeNG | str,
        names: Sequence[str],
        function: nodes.FunctionDef,
        depth: int = 0,
    ) -> str | None:
        """Return the parameter that an expression of a helper comes from."""
        if isinstance(node, str) or depth > DEEPEST_TRACE:
            return None
        _, source = spring(node, function)
        for name in names_read(source):
            if name.name in names:
                return str(name.name)
            for one in function.locals.get(name.name, ()):
                if isinstance(one.parent, nodes.Assign):
                    found = self._parameter(one.parent.value, names, function, depth + 1)
                    if found is not None:
                        return found
        return None

    def _bound(self, call: nodes.Call) -> SourceAttention | None:
        """Return what attends to what in a call of a helper, None where it is no such call."""
        name = callee(call)
        if name in self.helpers:
            helper = self.helpers[name]
            given = arguments_of(call, self.functions[name])
            if not {helper.predicate, helper.query, helper.key} <= set(given):
                return None
            values = tuple(given[one] for one in helper.values if one in given)
            return SourceAttention(
                given[helper.predicate], given[helper.query], given[helper.key], values
            )
        order = next((one for key, one in CONVENTIONS.items() if name.startswith(key)), None)
        if order is None or name in self.functions or len(call.args) < len(order):
            return None
        given = dict(zip(order, call.args, strict=False))
        if not self.is_predicate(given["predicate"]):
            return None
        values = (given["value"],) if "value" in given else ()
        return SourceAttention(given["predicate"], given["query"], given["key"], values)

    def is_predicate(self, node: nodes.NodeNG) -> bool:
        """Tell whether an argument can be a predicate: a function of two values."""
        match node:
            case nodes.Lambda():
                return len(parameters(node)) == LEAST_OPERANDS
            case nodes.Name(name=name) if name in self.functions:
                return len(parameters(self.functions[name])) == LEAST_OPERANDS
            case nodes.Name():
                return any(isinstance(value, nodes.Lambda) for value, _ in definitions(node))
            case nodes.Attribute(expr=nodes.Name(name=name)):
                return name in COMPARING
        return False

    def _find(self) -> Iterator[Use]:
        for node in self._parsed.whole:
            if isinstance(node, nodes.Compare) and len(node.ops) == 1:
                rows, pair = rows_of(node), pairing([node.left, node.ops[0][1]])
                if rows is not None and pair is not None and not self._inside_part(node):
                    self._patterns[rows] = Use(rows, (), SourceAttention(node, *pair))
            if not isinstance(node, nodes.Call) or self._inside_part(node):
                continue
            name, found = callee(node), self._bound(node)
            if found is not None and found.values:
                yield Use(node, (name,), found)
            elif found is not None:
                self._patterns[node] = Use(node, (name,), found)
            elif name in self.functions and isinstance(node.func, nodes.Name):
                yield from self._own(node, name)
            elif name == "map" and len(node.args) >= LEAST_OPERANDS:
                function = node.args[0]
                if isinstance(function, nodes.Name) and function.name in self.functions:
                    yield Use(node, (function.name,), None, tuple(node.args[1:]))
        yield from self._read_patterns()

    def _own(self, call: nodes.Call, name: str) -> Iterator[Use]:
        """Yield what a call of one of the file's functions computes: a pair, or a look-up."""
        pair = pairing(call.args)
        predicate = self.kinds[name] == "predicate" and len(parameters(self.functions[name])) > 1
        if pair is not None and predicate:
            use = Use(call, (), SourceAttention(call.func, *pair))
            rows = rows_of(call)
            if rows is None:
                yield use
            else:
                self._patterns[rows] = use
        elif self.kinds[name] == "look-up" and call.args:
            yield Use(call, (name,), None, tuple(spring(one)[1] for one in call.args))

    def _read_patterns(self) -> Iterator[Use]:
        """Yield the heads that are made in two steps: who matches whom, then what is read where they match."""
        read: set[nodes.NodeNG] = set()
        for node in self._parsed.whole if self._patterns else ():
            match node:
                case nodes.Call() if node not in self._patterns and not self._inside_part(node):
                    given = [*node.args, *(one.value for one in node.keywords)]
                    name = callee(node)
                case nodes.ListComp() if node not in self._patterns:
                    given, name = [node.generators[0].iter], ""
                    if isinstance(given[0], nodes.Call):
                        given = given[0].args
                case _:
                    continue
            found = [(one, self.pattern(one)) for one in given]
            patterns = [pattern for _, pattern in found if pattern is not None]
            if not patterns or name in ("print", "len", "enumerate", "zip", "list"):
                continue
            read.update(pattern.place for pattern in patterns)
            values = tuple(one for one, pattern in found if pattern is None)
            first = patterns[0]
            assert first.attention is not None
            shape = first.attention
            callees = (*first.callees, name) if name else first.callees
            yield Use(
                node, callees, SourceAttention(shape.predicate, shape.query, shape.key, values)
            )
        yield from (use for use in self._patterns.values() if use.place not in read)

    def pattern(self, node: nodes.NodeNG) -> Use | None:
        """Return the pattern that an expression is, or the name of."""
        if node in self._patterns:
            return self._patterns[node]
        if isinstance(node, nodes.Name):
            for value, _ in definitions(node):
                if value in self._patterns:
                    return self._patterns[value]
        return None

    def _inside_part(self, node: nodes.NodeNG) -> bool:
        """Tell whether a call belongs to how a helper, predicate or look-up works."""
        above = node.parent
        while above is not None:
            if isinstance(above, nodes.FunctionDef) and (
                above.name in self.helpers or self.kinds.get(above.name) in ("predicate", "look-up")
            ):
                return True
            above = above.parent
        return False


def _read_besides(function: nodes.FunctionDef, roles: set[str]) -> tuple[str, ...]:
    """Return the parameters without a default whose values a helper reads, besides those of other roles."""
    optional = len(function.args.defaults or ())
    given = [*function.args.posonlyargs, *(function.args.args or ())]
    read = {
        name.name
        for name in names_read(function)
        if not isinstance(name.parent, nodes.Attribute | nodes.FormattedValue)
    }
    needed = [one.name for one in given[: len(given) - optional]]
    return tuple(name for name in needed if name in read - roles)


def callee(call: nodes.Call) -> str:
    """Return the name of the function that a call names, or an empty text."""
    match call.func:
        case nodes.Name(name=name) | nodes.Attribute(attrname=name):
            return str(name)
    return ""


def loops_around(node: nodes.NodeNG) -> list[tuple[nodes.NodeNG, nodes.NodeNG]]:
    """Return the loops and comprehensions around a node, as targets and what they run over, outermost first."""
    found: list[tuple[nodes.NodeNG, nodes.NodeNG]] = []
    child, above, at_iter = node, node.parent, False
    while above is not None and not isinstance(above, (*FUNCTIONS, nodes.ClassDef)):
        if isinstance(above, nodes.For) and child is not above.iter:
            found.append((above.target, above.iter))
        elif isinstance(above, nodes.ComprehensionScope):
            # What a generator runs over, it does not see itself; its conditions do.
            inside = child in above.generators
            count = above.generators.index(child) + (not at_iter) if inside else None
            found += [(one.target, one.iter) for one in above.generators[:count][::-1]]
        at_iter = isinstance(above, nodes.Comprehension) and child is above.iter
        child, above = above, above.parent
    return found[::-1]


def spring(node: nodes.NodeNG, stop: nodes.NodeNG | None = None) -> tuple[int, nodes.NodeNG]:
    """Return which loop an expression changes with, from 0 for the outermost (-1: none), and what that loop runs over.

    `tokens[i]` in a loop of `i` over `range(len(tokens))` comes from `tokens`.
    """
    loops = loops_around(node)
    best, source = -1, node
    for name in names_read(node):
        for level, (target, values) in enumerate(loops):
            found = element(target, values, name.name)
            if found is not None and level > best:
                best, source = level, found
    match node:
        case nodes.Subscript(value=value) if best >= 0:
            return best, value
    return best, source


def element(target: nodes.NodeNG, values: nodes.NodeNG, name: str) -> nodes.NodeNG | None:
    """Return what a name of a loop's target runs over: `k` in `for j, k in enumerate(keys)` over `keys`."""
    called = callee(values) if isinstance(values, nodes.Call) else ""
    over = values.args[0] if called == "enumerate" and values.args else values
    match target:
        case nodes.AssignName():
            return over if target.name == name else None
        case nodes.Tuple(elts=parts) | nodes.List(elts=parts):
            each = values.args if called == "zip" else []
            pairs = zip(parts, [*each, *[over] * (len(parts) - len(each))], strict=False)
            return next(filter(None, (element(part, one, name) for part, one in pairs)), None)
    return None


def pairing(operands: Sequence[nodes.NodeNG]) -> tuple[nodes.NodeNG, nodes.NodeNG] | None:
    """Return the query and the key of a comparison of pairs: what the outer and what the inner loop runs over."""
    if len(operands) < LEAST_OPERANDS:
        return None
    (one, first), (other, second) = (spring(part) for part in operands[:2])
    if one == other:
        return None
    return (first, second) if one < other else (second, first)


def rows_of(entry: nodes.NodeNG) -> nodes.NodeNG | None:
    """Return the list of lists whose entries an expression computes, None where it is more than that."""
    match entry.parent:
        case nodes.ListComp(elt=one, parent=nodes.ListComp(elt=row) as outer) if (
            one is entry and row is entry.parent
        ):
            return outer
    return None


def definitions(name: nodes.Name) -> Iterator[tuple[nodes.NodeNG, nodes.NodeNG]]:
    """Yield what a name may be bound to where it is read, each with the node that binds it.

    A parameter is bound to the `Arguments` of its function.
    """
    _, bindings = name.lookup(name.name)
    for binding in bindings:
        value = bound_value(binding)
        if value is not None:
            yield value, binding


def bound_value(binding: nodes.NodeNG) -> nodes.NodeNG | None:
    """Return the expression that a binding takes its value from, None where there is none to follow."""
    above, path = binding.parent, [binding]
    while isinstance(above, nodes.Tuple | nodes.List | nodes.Starred):
        path.append(above)
        above = above.parent
    match above:
        case nodes.Assign(value=value):
            if (
                len(path) > 1
                and isinstance(value, nodes.Tuple)
                and isinstance(path[1], nodes.Tuple)
            ):
                place = path[1].elts.index(binding) if binding in path[1].elts else None
                if place is not None and len(value.elts) == len(path[1].elts):
                    return value.elts[place]
            return value
        case (
            nodes.AnnAssign(value=value)
            | nodes.AugAssign(value=value)
            | nodes.NamedExpr(value=value)
        ):
            return value
        case (
            nodes.For(target=target, iter=values) | nodes.Comprehension(target=target, iter=values)
        ):
            return element(target, values, binding.name) or values
        case nodes.Arguments():
            return above
    return None
