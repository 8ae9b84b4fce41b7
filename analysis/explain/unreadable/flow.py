"""Data flow: from each argument of a head or look-up back to the heads, look-ups and inputs that it comes from."""

from collections.abc import Iterable
from dataclasses import replace

from astroid import nodes

from tprog.analysis.explain.unreadable.functions import returned
from tprog.analysis.explain.unreadable.heads import HeadFinder, Use, callee, definitions
from tprog.analysis.explain.unreadable.reading import PartKind, Role, SourcePart, SourceRead
from tprog.analysis.explain.unreadable.tree import (
    FUNCTIONS,
    Parsed,
    arguments_of,
    is_method,
    parameters,
)

LONGEST_TEXT = 60  # characters of an argument
# Methods that put their arguments into a list, set or dictionary.
FILLING = {"add", "append", "extend", "insert", "setdefault", "update"}

Origins = dict[nodes.NodeNG, None]  # in order, each once


class Flow:
    """Follows values back through one file.

    Attributes:
        entry: the function that calls the heads, the module where none does, or None where there is no head.
        parts: inputs, then heads and look-ups in the order of the source.
        result: the numbers of the parts that the entry's answer comes from.
        scopes: the names of the functions that compute heads or look-ups.
    """

    def __init__(self, parsed: Parsed, heads: HeadFinder) -> None:
        """Follow the arguments of every head and look-up."""
        self._parsed = parsed
        self._heads = heads
        self._uses = {use.place: use for use in heads.uses}
        self._known: dict[nodes.NodeNG, Origins] = {}
        self._kept = _kept(parsed)
        self._calls: dict[str, list[nodes.Call]] = {}
        for node in parsed.whole:
            if isinstance(node, nodes.Call):
                self._calls.setdefault(callee(node), []).append(node)
        self.entry = self._entry()
        self.scopes = {getattr(_scope(place), "name", "") for place in self._uses}
        reads = {place: self._reads(use) for place, use in self._uses.items()}
        answers = list(returned(self.entry)) if isinstance(self.entry, FUNCTIONS) else []
        ends = self._all(answers)
        found = [origin for each in reads.values() for _, _, those in each for origin in those]
        inputs = [one for one in dict.fromkeys([*found, *ends]) if one not in self._uses]
        inputs.sort(key=lambda one: (one.lineno or 0, one.col_offset or 0))
        numbers = {place: number for number, place in enumerate([*inputs, *self._uses])}
        self.parts = self._parts(inputs, reads, numbers)
        self.result = tuple(sorted(numbers[one] for one in ends))

    def _entry(self) -> nodes.FunctionDef | nodes.Module | None:
        """Return the scope that calls most heads, or that calls the functions which do."""
        scopes = [_scope(place) for place in self._uses]
        if not scopes:
            return None
        calls = {
            name: {_scope(call) for call in self._calls.get(name, ())}
            for name in {one.name for one in scopes if isinstance(one, nodes.FunctionDef)}
        }
        counts: dict[nodes.NodeNG, int] = {}
        for one in scopes:
            counts[one] = counts.get(one, 0) + 1
            for caller in calls.get(getattr(one, "name", ""), ()):
                if isinstance(caller, nodes.FunctionDef) and caller is not one:
                    counts[caller] = counts.get(caller, 0) + 1
        # Of equals the first.
        return max(counts, key=lambda one: counts[one])

    def _reads(self, use: Use) -> list[tuple[Role, nodes.NodeNG, Origins]]:
        given: list[tuple[Role, nodes.NodeNG]]
        if use.attention is None:
            given = [("argument", one) for one in use.arguments]
        else:
            found = use.attention
            given = [("query", found.query), ("key", found.key)]
            given += [("value", one) for one in found.values]
        reads = [(role, one, self.origins(one)) for role, one in given]
        # What a helper is given besides, such as a name for its answer, comes from nowhere.
        told = any(role == "value" and those for role, _, those in reads)
        return [each for each in reads if each[2] or not (told and each[0] == "value")]

    def _parts(
        self,
        inputs: Iterable[nodes.NodeNG],
        reads: dict[nodes.NodeNG, list[tuple[Role, nodes.NodeNG, Origins]]],
        numbers: dict[nodes.NodeNG, int],
    ) -> tuple[SourcePart, ...]:
        found = [
            SourcePart(number, "input", target_name(one), one.lineno or 0, (), (), None)
            for number, one in enumerate(inputs)
        ]
        for place, use in self._uses.items():
            given = tuple(
                SourceRead(
                    role, self._text(one), tuple(sorted(numbers[origin] for origin in those))
                )
                for role, one, those in reads[place]
            )
            calls = use.callees
            if use.attention is not None:
                calls = (*calls, self._text(use.attention.predicate))
            kind: PartKind = "look-up" if use.attention is None else "head"
            name = self._name(place) or (use.callees or calls)[-1]
            found.append(
                SourcePart(numbers[place], kind, name, place.lineno or 0, calls, given, None)
            )
        return _layered(found)

    def _text(self, node: nodes.NodeNG) -> str:
        text = self._parsed.text(node)
        return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"

    def _name(self, place: nodes.NodeNG) -> str:
        """Return the name that the result of a place is given, where it is the only part of its statement."""
        above = place.parent
        while above is not None and not above.is_statement:
            if above in self._uses:
                return ""
            above = above.parent
        match above:
            case nodes.Assign(targets=[target]) | nodes.AnnAssign(target=target):
                return target_name(target)
            case nodes.Return() if _scope(place) is not self.entry:
                return str(_scope(place).name)
        return ""

    def _all(self, several: Iterable[nodes.NodeNG]) -> Origins:
        return {origin: None for one in several for origin in self.origins(one)}

    def origins(self, node: nodes.NodeNG) -> Origins:
        """Return the parts, and the places of inputs, that an expression is computed from."""
        if node in self._known:
            return self._known[node]
        self._known[node] = {}  # where a name depends on itself, the rest of it counts
        found: Origins = {}
        stack = [node]
        while stack:
            one = stack.pop()
            if one in self._uses:
                found[one] = None
                continue
            if isinstance(one, SKIPPED):
                continue
            kept = self._kept.get((_scope(one), kept_name(one)), [])
            before = [each for each in kept if (each[0].lineno or 0) < (one.lineno or 0)]
            if before:
                found |= self._of_value(*before[-1])
                continue
            match one:
                case nodes.Name():
                    found |= self._of_name(one)
                    continue
                case nodes.Call(func=nodes.Name(name="vars"), args=[nodes.Name() as inner]):
                    voting = self._voting(inner)
                    if voting:
                        for each in voting:
                            found |= self._of_value(*each)
                        continue
                case nodes.ComprehensionScope():
                    # What it runs over is where its names come from.
                    tests = [test for part in one.generators for test in part.ifs]
                    ends = [one.key, one.value] if isinstance(one, nodes.DictComp) else [one.elt]
                    stack += [*tests, *ends]
                    continue
                case nodes.Call(func=nodes.Name(name=name)) if name in self._heads.functions:
                    function = self._heads.functions[name]
                    if any(_scope(place) is function for place in self._uses):
                        found |= self._all(returned(function))
                        continue
                    stack += [*(word.value for word in one.keywords), *one.args]
                    continue
            stack.extend(reversed(list(one.get_children())))
        self._known[node] = found
        return found

    def _of_name(self, name: nodes.Name) -> Origins:
        found: Origins = {}
        for value, binding in definitions(name):
            if isinstance(value, nodes.Arguments):
                found |= self._of_parameter(binding)
                continue
            found |= self._of_value(binding, value)
            for target, filling in self._kept.get((_scope(name), name.name), []):
                found |= self._of_value(target, filling)
        return found

    def _of_value(self, target: nodes.NodeNG, value: nodes.NodeNG) -> Origins:
        """Return the origins of what is bound to a target."""
        if not isinstance(target, nodes.Call) and _needs_length_alone(value):
            # The number of tokens alone decides it, as of positions: it is an input of its own.
            return {target: None}
        return self.origins(value) | self._all(_decided_by(target))

    def _voting(self, name: nodes.Name) -> list[tuple[nodes.NodeNG, nodes.NodeNG]]:
        """Return what a namespace holds for the classifier: what the file's tables of votes name."""
        module = self._parsed.module
        found = []
        for table in (
            one.value for one in module.body if isinstance(one, nodes.Assign | nodes.AnnAssign)
        ):
            if isinstance(table, nodes.Dict):
                keys = [getattr(key, "value", None) for key, _ in table.items]
                kept = [self._kept.get((_scope(name), f"{name.name}.{key}")) for key in keys]
                found += [each[-1] for each in kept if each] if all(kept) else []
        return found

    def _of_parameter(self, binding: nodes.NodeNG) -> Origins:
        function = binding.frame()
        if is_method(function) and binding.name == parameters(function)[0]:
            return {}
        if isinstance(function, nodes.FunctionDef) and function is not self.entry:
            calls = self._calls.get(function.name, [])
            given = [arguments_of(call, function).get(binding.name) for call in calls]
            if any(one is not None for one in given):
                return self._all(one for one in given if one is not None)
        return {binding: None}


SKIPPED = (*FUNCTIONS, nodes.ClassDef)


def _scope(node: nodes.NodeNG) -> nodes.NodeNG:
    """Return the function, class or module that a node belongs to."""
    return node.frame()


def target_name(node: nodes.NodeNG) -> str:
    """Return the name of what a target binds."""
    match node:
        case nodes.AssignName(name=name) | nodes.AssignAttr(attrname=name):
            return str(name)
        case nodes.Subscript(slice=nodes.Const(value=key)):
            return str(key)
    return str(node.as_string())


def kept_name(node: nodes.NodeNG) -> str:
    """Return how a variable is written that is no name of its own: `x.tokens`, `x["tokens"]`; else an empty text."""
    match node:
        case nodes.Attribute(expr=nodes.Name()) | nodes.AssignAttr(expr=nodes.Name()):
            return f"{node.expr.name}.{node.attrname}"
        case nodes.Subscript(value=nodes.Name(name=name), slice=nodes.Const(value=str() as key)):
            return f"{name}[{key!r}]"
    return ""


def _kept(
    parsed: Parsed,
) -> dict[tuple[nodes.NodeNG, str], list[tuple[nodes.NodeNG, nodes.NodeNG]]]:
    """Return what is put where, by scope: under `x.tokens` what that is, under `x` all that is put into it."""
    found: dict[tuple[nodes.NodeNG, str], list[tuple[nodes.NodeNG, nodes.NodeNG]]] = {}
    for node in parsed.whole:
        match node:
            case nodes.Assign(targets=[nodes.AssignAttr(expr=inner) as target], value=value) | (
                nodes.Assign(targets=[nodes.Subscript(value=inner) as target], value=value)
            ):
                whole = inner.name if isinstance(inner, nodes.Name) else ""
                names, values = [kept_name(target), whole], [value]
            case nodes.Call(func=nodes.Attribute(expr=nodes.Name(name=name), attrname=method)):
                target, values = node, node.args
                names = [name] if method in FILLING else []
            case _:
                continue
        for name in filter(None, names):
            found.setdefault((_scope(node), name), []).extend((target, one) for one in values)
    return found


def _decided_by(binding: nodes.NodeNG) -> list[nodes.NodeNG]:
    """Return the tests that decide whether a binding is made."""
    found = []
    above = binding.parent
    while above is not None and not isinstance(above, SKIPPED):
        if isinstance(above, nodes.If | nodes.While):
            found.append(above.test)
        above = above.parent
    return found


def _needs_length_alone(value: nodes.NodeNG) -> bool:
    """Tell whether an expression reads how long something is, and nothing else of it."""
    counted = False
    stack = [value]
    while stack:
        one = stack.pop()
        match one:
            case nodes.Call(func=nodes.Name(name="len")):
                counted = True
                continue
            case nodes.ListComp(elt=nodes.Const()):
                counted = True
                continue
            case nodes.ListComp(
                elt=nodes.Name(name=name), generators=[nodes.Comprehension() as only]
            ):
                if isinstance(only.target, nodes.AssignName) and only.target.name == name:
                    stack += [only.iter, *only.ifs]
                    continue
            case nodes.Name():
                if not (isinstance(one.parent, nodes.Call) and one.parent.func is one):
                    return False
        stack.extend(one.get_children())
    return counted


def _layered(parts: list[SourcePart]) -> tuple[SourcePart, ...]:
    """Return parts with their layers: heads read earlier layers, look-ups also the heads of their own."""
    layers: dict[int, int] = {}
    # Results that depend on each other in a loop have no layer: a bound ends the search for it.
    for _ in parts:
        before = dict(layers)
        for part in parts:
            if part.kind != "input":
                sources = {source for read in part.reads for source in read.parts} & set(layers)
                above = [
                    layers[source] + (part.kind == "head" or parts[source].kind != "head")
                    for source in sources - {part.number}
                ]
                layers[part.number] = min(max(above, default=0), len(parts))
        if layers == before:
            break
    return tuple(replace(part, layer=layers.get(part.number)) for part in parts)
