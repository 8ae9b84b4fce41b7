"""Which functions of a source look like predicates or look-ups, and what these return under which tests."""

from collections.abc import Iterator

from astroid import nodes

from tprog.analysis.explain.unreadable.reading import FunctionKind
from tprog.analysis.explain.unreadable.tree import Parsed, names_read, parameters, walk
from tprog.analysis.explain.unreadable.values import Unknown, constant

# What a predicate or look-up is written with; anything else makes it a function like others.
STATEMENTS = (
    *(nodes.If, nodes.Return, nodes.Pass, nodes.Assert, nodes.Raise, nodes.Assign),
    *(nodes.AnnAssign, nodes.Expr, nodes.Match, nodes.MatchCase),
)
JUDGING = {"all", "any", "bool", "isinstance"}
COMPUTING = {"abs", "int", "len", "max", "min", "round", "sum"}
TABLES = {"get"}


def kind_of(function: nodes.FunctionDef | nodes.Lambda) -> FunctionKind:
    """Return whether a function looks like a predicate or a look-up."""
    names = set(parameters(function)) - {"self", "cls"}
    answers = list(returned(function))
    if not names or not answers or not _is_plain(function):
        return "function"
    read = {node.name for node in names_read(function) if node.name in names}
    if not read:
        return "function"
    if all(map(_judges, answers)):
        return "predicate"
    tested = any(isinstance(node, nodes.If | nodes.IfExp | nodes.Match) for node in walk(function))
    computed = any(isinstance(one, nodes.BinOp | nodes.Subscript | nodes.Call) for one in answers)
    known = names | {name for name in function.locals if _is_simple(name, function, names)}
    plain = all(isinstance(one, nodes.Name) for one in answers)
    if (tested or computed) and not plain and all(_looks_up(one, known) for one in answers):
        return "look-up"
    return "function"


def _is_simple(name: str, function: nodes.FunctionDef | nodes.Lambda, names: set[str]) -> bool:
    """Tell whether a local name stands for constants and parameters alone."""
    values = [getattr(binding.parent, "value", None) for binding in function.locals[name]]
    for value in values:
        parts = value.elts if isinstance(value, nodes.Tuple) else [value]
        if not all(part is not None and _looks_up(part, names) for part in parts):
            return False
    return True


def returned(function: nodes.FunctionDef | nodes.Lambda) -> Iterator[nodes.NodeNG]:
    """Yield the expressions that a function returns."""
    if isinstance(function, nodes.Lambda):
        yield function.body
        return
    for node in walk(function, into_scopes=False):
        if isinstance(node, nodes.Return) and node.value is not None:
            yield node.value


def rules_of(parsed: Parsed, function: nodes.FunctionDef) -> tuple[str, ...]:
    """Return what a function returns and under which tests, in the source's words."""
    answers = list(returned(function))
    rules = []
    for answer in answers:
        tests = _conditions(parsed, answer, function)
        after = "else " if len(answers) > 1 else ""
        rules.append((f"{' and '.join(tests)} → " if tests else after) + parsed.text(answer))
    return tuple(rules)


def _conditions(parsed: Parsed, answer: nodes.NodeNG, function: nodes.FunctionDef) -> list[str]:
    """Return the tests that hold where something is returned, the outermost first."""
    found = []
    child, above = answer, answer.parent
    while above is not None and above is not function:
        if isinstance(above, nodes.If) and child in above.body:
            found.append(parsed.text(above.test))
        elif isinstance(above, nodes.MatchCase):
            found.append(f"case {parsed.text(above.pattern)}")
        child, above = above, above.parent
    return found[::-1]


def _is_plain(function: nodes.FunctionDef | nodes.Lambda) -> bool:
    if isinstance(function, nodes.Lambda):
        return True
    if isinstance(function, nodes.AsyncFunctionDef):
        return False
    for node in walk(function):
        if node is function:
            continue
        if isinstance(node, nodes.Yield | nodes.YieldFrom | nodes.Await | nodes.FunctionDef):
            return False
        if node.is_statement and not isinstance(node, STATEMENTS):
            return False
    return True


def _judges(answer: nodes.NodeNG) -> bool:
    match answer:
        case nodes.Compare() | nodes.Const(value=True | False | None):
            return True
        case nodes.UnaryOp(op="not"):
            return True
        case nodes.BoolOp(values=parts):
            return all(map(_judges, parts))
        case nodes.IfExp(body=body, orelse=other):
            return _judges(body) and _judges(other)
        case nodes.Call(func=nodes.Name(name=name)):
            return name in JUDGING
    return False


def _looks_up(answer: nodes.NodeNG, names: set[str]) -> bool:
    """Tell whether an answer is a constant, an entry of a table, or a small sum over local names."""
    match answer:
        case nodes.Name(name=name):
            return name in names
        case nodes.IfExp(body=body, orelse=other):
            return _looks_up(body, names) and _looks_up(other, names)
        case nodes.BinOp(left=left, right=right):
            return _looks_up(left, names) and _looks_up(right, names)
        case nodes.Compare():
            return True
        case nodes.Subscript(value=nodes.Name() | nodes.Dict() | nodes.Subscript(), slice=inside):
            return any(node.name in names for node in names_read(inside))
        case nodes.Call(func=nodes.Attribute(attrname=name, expr=nodes.Name() | nodes.Dict())):
            return name in TABLES
        case nodes.Call(func=nodes.Name(name=name), args=parts):
            return name in COMPUTING and all(_looks_up(part, names) for part in parts)
    try:
        constant(answer, {})
    except Unknown:
        return False
    return True
