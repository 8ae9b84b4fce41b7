"""What values a name can have where a test stands: finitely many values, or all values but finitely many.

Values are plain: whole numbers, text, booleans, None and tuples of them, which compare as Python compares them.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from astroid import nodes
from astroid.exceptions import NoDefault

from tprog.analysis.explain.unreadable.tree import Parsed, names_read
from tprog.reader.source import COMPARISONS

Value: TypeAlias = "int | float | str | tuple[Value, ...] | None"

# Of the combinations of values that one test is tried on; a larger test is not judged.
MOST_COMBINATIONS = 4096
LARGEST_NUMBER = 1 << 63
LONGEST_TEXT = 10_000  # characters
DEEPEST_EXPRESSION = 40
DEEPEST_ANNOTATION = 20
# With these a file binds or reads names where its text does not show them.
DYNAMIC = {"exec", "eval", "globals", "locals"}
# False when the file runs, and meant to be.
SWITCHES = {"TYPE_CHECKING"}


class Unknown(Exception):
    """An expression is none whose value can be told."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a name can have.

    Attributes:
        listed: some values.
        excluded: whether these are the ones that it cannot have; else it has one of them.
        lines: where this is known from.
    """

    listed: frozenset[Value]
    excluded: bool = True
    lines: frozenset[int] = field(default=frozenset())

    def keep(self, values: frozenset[Value], within: bool, line: int) -> "Values | None":
        """Return the values that are among some, or not among them; None where none is left."""
        lines = self.lines | {line}
        if self.excluded and not within:
            return Values(self.listed | values, True, lines)
        if self.excluded:
            left = values - self.listed
        else:
            left = self.listed & values if within else self.listed - values
        return Values(left, False, lines) if left else None

    def join(self, other: "Values") -> "Values":
        """Return what holds of a name that has either values."""
        lines = self.lines | other.lines
        match self.excluded, other.excluded:
            case False, False:
                return Values(self.listed | other.listed, False, lines)
            case True, True:
                return Values(self.listed & other.listed, True, lines)
            case True, False:
                return Values(self.listed - other.listed, True, lines)
            case _:
                return Values(other.listed - self.listed, True, lines)


ANY = Values(frozenset())
Known: TypeAlias = Mapping[str, Values]


def evaluate(node: nodes.NodeNG, given: Mapping[str, Value], depth: int = 0) -> object:
    """Return the value of an expression over names with given values, in a small part of Python whose steps are few.

    Raises:
        Unknown: it holds something else, nests deeply, gets large, or Python would raise an error.
    """
    if depth > DEEPEST_EXPRESSION:
        raise Unknown

    def of(part: nodes.NodeNG) -> object:
        return evaluate(part, given, depth + 1)

    try:
        match node:
            case nodes.Const(value=bool() | int() | float() | str() | None):
                return _small(node.value)
            case nodes.Name(name=name) if name in given:
                return given[name]
            case nodes.Tuple(elts=parts):
                return tuple(of(part) for part in parts)
            case nodes.UnaryOp(op="not", operand=part):
                return not of(part)
            case nodes.UnaryOp(op="-", operand=part):
                return -_number(of(part))
            case nodes.BoolOp(op=sign, values=parts):
                found = of(parts[0])
                for part in parts[1:]:
                    found = of(part) if bool(found) == (sign == "and") else found
                return found
            case nodes.Compare(left=left, ops=ops):
                return _compare(left, ops, of)
            case nodes.IfExp(test=test, body=body, orelse=orelse):
                return of(body) if of(test) else of(orelse)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        raise Unknown from None
    raise Unknown


def _compare(
    left: nodes.NodeNG,
    ops: list[tuple[str, nodes.NodeNG]],
    of: Callable[[nodes.NodeNG], object],
) -> object:
    one = of(left)
    for sign, part in ops:
        other = container(part, of) if sign in ("in", "not in") else of(part)
        if sign in ("is", "is not") and one is not None and other is not None:
            raise Unknown  # of other values, Python does not promise it
        if not COMPARISONS[sign](one, other):
            return False
        one = other
    return True


def container(node: nodes.NodeNG, of: Callable[[nodes.NodeNG], object]) -> object:
    """Return what stands on the right of `in`: there alone a set, list or dictionary has a value."""
    match node:
        case nodes.Set(elts=parts) | nodes.List(elts=parts):
            found = [of(part) for part in parts]
        case nodes.Dict(items=items):
            found = [of(key) for key, _ in items]
        case _:
            return of(node)
    if not all(map(_is_value, found)):
        raise Unknown
    return frozenset(found)


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise Unknown
    return value


def _small(value: object) -> object:
    if isinstance(value, int | float) and not abs(value) < LARGEST_NUMBER:
        raise Unknown
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise Unknown
    return value


def _is_value(found: object) -> bool:
    if isinstance(found, tuple):
        return all(map(_is_value, found))
    return found is None or isinstance(found, int | float | str)


def constant(node: nodes.NodeNG, given: Mapping[str, Value]) -> Value:
    """Return the value of an expression that is a plain value.

    Raises:
        Unknown: it is none.
    """
    found = evaluate(node, given)
    if not _is_value(found):
        raise Unknown
    return found  # type: ignore[return-value]


def split(test: nodes.NodeNG, known: Known) -> tuple[Known | None, Known | None]:
    """Return what is known where a test holds, and where it does not; None where that cannot be.

    This over-approximates: a value that a name can have is never left out.
    """
    match test:
        case nodes.UnaryOp(op="not", operand=part):
            holds, fails = split(part, known)
            return fails, holds
        case nodes.BoolOp(op=sign, values=parts):
            return _split_all(parts, known, either=sign == "or")
        case nodes.Compare(left=left, ops=[(sign, right)]):
            found = _split_compare(left, sign, right, known)
            if found is not None:
                return found
    return _try_out(test, known)


def _split_all(
    parts: Iterable[nodes.NodeNG], known: Known, either: bool
) -> tuple[Known | None, Known | None]:
    """Return what is known where all parts hold and where one fails; or, of `or`, the other way round."""
    here: Known | None = known
    left: Known | None = None
    for part in parts:
        if here is None:
            break
        holds, fails = split(part, here)
        here, out = (fails, holds) if either else (holds, fails)
        left = join(left, out)
    return (left, here) if either else (here, left)


def join(one: Known | None, other: Known | None) -> Known | None:
    """Return what is known where one of two ways has led; None stands for a way that cannot be taken."""
    if one is None or other is None:
        return other if one is None else one
    return {name: one[name].join(other[name]) for name in one if name in other}


def _split_compare(
    left: nodes.NodeNG, sign: str, right: nodes.NodeNG, known: Known
) -> tuple[Known | None, Known | None] | None:
    """Split by the comparison of a name with a constant; None where it is not one."""
    if not (isinstance(left, nodes.Name) and left.name in known):
        if sign not in ("==", "!=") or not (isinstance(right, nodes.Name) and right.name in known):
            return None
        left, right = right, left
    name, line = left.name, left.lineno or 0
    single = {
        key: next(iter(found.listed))
        for key, found in known.items()
        if key != name and not found.excluded and len(found.listed) == 1
    }

    def of(part: nodes.NodeNG) -> object:
        return evaluate(part, single)

    try:
        asked = _values_asked(sign, container(right, of) if "in" in sign else of(right))
    except Unknown:
        return None
    if asked is None:
        return None
    within = sign in ("==", "in", "is")
    kept = (known[name].keep(asked, truth, line) for truth in (within, not within))
    holds, fails = (None if found is None else {**known, name: found} for found in kept)
    return holds, fails


def _values_asked(sign: str, other: object) -> frozenset[Value] | None:
    """Return the values that `==`, `in`, `is` and their opposites ask for; None where no finite set tells."""
    if sign in ("==", "!=") and _is_value(other):
        return frozenset([other])  # type: ignore[list-item]
    if sign in ("is", "is not") and other is None:
        return frozenset([None])
    if sign in ("in", "not in") and isinstance(other, tuple | frozenset):
        listed = frozenset(other)
        return listed if all(map(_is_value, listed)) else None
    return None


def _try_out(test: nodes.NodeNG, known: Known) -> tuple[Known | None, Known | None]:
    """Split by trying a test on every combination of the values of its names."""
    kept: dict[bool, list[tuple[Value, ...]]] = {True: [], False: []}
    try:
        names, rows = _combinations(test, known)
        for row in rows:
            kept[bool(evaluate(test, dict(zip(names, row, strict=True))))].append(row)
    except Unknown:
        return known, known
    line = test.lineno or 0
    return _narrowed(known, names, kept[True], line), _narrowed(known, names, kept[False], line)


def _narrowed(
    known: Known, names: list[str], rows: list[tuple[Value, ...]], line: int
) -> Known | None:
    if not rows:
        return None
    columns = zip(*rows, strict=True) if names else iter(())
    found = {
        name: Values(frozenset(column), False, known[name].lines | {line})
        for name, column in zip(names, columns, strict=True)
    }
    return {**known, **found}


def results(node: nodes.NodeNG, known: Known) -> Values:
    """Return the values that an expression can have."""
    try:
        names, rows = _combinations(node, known)
        found = frozenset(constant(node, dict(zip(names, row, strict=True))) for row in rows)
    except Unknown:
        return ANY
    return Values(found, False, frozenset([node.lineno or 0]))


def _combinations(
    node: nodes.NodeNG, known: Known
) -> tuple[list[str], Iterable[tuple[Value, ...]]]:
    """Return the names that an expression reads, and all combinations of their values.

    Raises:
        Unknown: there are too many, or one can have any value.
    """
    names = sorted({found.name for found in names_read(node)})
    if any(name not in known or known[name].excluded for name in names):
        raise Unknown
    if math.prod(len(known[name].listed) for name in names) > MOST_COMBINATIONS:
        raise Unknown
    return names, itertools.product(*(known[name].listed for name in names))


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
    scopes = (node for node in parsed.whole if isinstance(node, nodes.Global | nodes.Nonlocal))
    return SWITCHES.union(*(node.names for node in scopes))


def constants(parsed: Parsed) -> dict[str, Values]:
    """Return the module's names that are bound once, to a constant, or to a set or list that is only asked what it holds."""
    found: dict[str, Values] = {}
    if is_dynamic(parsed):
        return found
    shared = shared_names(parsed)
    for name, bindings in parsed.module.locals.items():
        match [one.parent for one in bindings]:
            case [nodes.Assign(targets=[nodes.AssignName()], value=value) as statement] if (
                name not in shared
            ):
                if isinstance(value, nodes.Set | nodes.List):
                    values = _held(value) if _only_asked(name, parsed) else ANY
                else:
                    values = results(value, {})
                if values != ANY:
                    found[name] = Values(values.listed, False, frozenset([statement.lineno or 0]))
    return found


def _held(display: nodes.Set | nodes.List) -> Values:
    try:
        held = container(display, lambda part: evaluate(part, {}))
        return Values(frozenset([tuple(held)]), False)  # type: ignore[arg-type]
    except Unknown:
        return ANY


def _only_asked(name: str, parsed: Parsed) -> bool:
    """Tell whether every use of a name is on the right of `in`, so that nothing changes what it holds."""
    return all(
        isinstance(use.parent, nodes.Compare)
        and any(part is use and sign in ("in", "not in") for sign, part in use.parent.ops)
        for use in parsed.whole
        if isinstance(use, nodes.Name) and use.name == name
    )


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
        try:
            values = frozenset(_literals(annotation, module))
            values |= {constant(arguments.default_value(parameter.name), {})}
        except NoDefault:
            pass
        except Unknown:
            continue
        found[parameter.name] = Values(values, False, frozenset([scope.lineno or 0]))
    return found


def _literals(annotation: nodes.NodeNG, module: nodes.Module, depth: int = 0) -> Iterator[Value]:
    """Yield the values of `Literal[...]`, of unions of them, or of a name that stands for one.

    Raises:
        Unknown: it is none of these.
    """
    if depth > DEEPEST_ANNOTATION:
        raise Unknown
    parts: list[nodes.NodeNG] = []
    match annotation:
        case nodes.Const(value=None):
            yield None
        case nodes.Name(name=name):
            match [one.parent for one in module.locals.get(name, ())]:
                # `Parser = None` is no type of None, but a name to be bound later.
                case [
                    nodes.Assign(value=nodes.Subscript() | nodes.BinOp() | nodes.Name() as value)
                    | nodes.AnnAssign(
                        value=nodes.Subscript() | nodes.BinOp() | nodes.Name() as value
                    )
                ]:
                    parts = [value]
                case _:
                    raise Unknown
        case nodes.BinOp(op="|", left=left, right=right):
            parts = [left, right]
        case nodes.Subscript(value=nodes.Name() | nodes.Attribute() as form, slice=inside):
            name = form.as_string().split(".")[-1]
            parts = inside.elts if isinstance(inside, nodes.Tuple) else [inside]
            if name == "Literal":
                yield from (constant(part, {}) for part in parts if not _is_type(part))
                parts = [part for part in parts if _is_type(part)]
            elif name == "Optional":
                yield None
            elif name != "Union":
                raise Unknown
        case _:
            raise Unknown
    for part in parts:
        yield from _literals(part, module, depth + 1)


def _is_type(part: nodes.NodeNG) -> bool:
    """Tell whether an entry of a `Literal` is another one, or the name of one."""
    return isinstance(part, nodes.Name | nodes.Subscript)
