"""What a statement changes that is not followed. It may be left out where it changes nothing that `run` reads.

astroid says which binding a name has. Whatever is not known to be harmless is refused: calls of unknown functions, methods
that may change their object, assignments to entries and attributes.
"""

import builtins
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from astroid import nodes

from tprog.published.parsed import PublishedSource
from tprog.published.sheets import OPTIONS

Node: TypeAlias = nodes.NodeNG

# Built-in functions that leave their arguments as they are.
READING = frozenset((
    "abs", "all", "any", "bool", "chr", "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset",
    "hash", "hex", "id", "int", "isinstance", "issubclass", "len", "list", "map", "max", "min", "ord", "pow",
    "print", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip",
))  # fmt: skip
# Methods of strings, lists, dictionaries, arrays and tables that leave their object and arguments as they are.
READING_METHODS = frozenset((
    "capitalize", "copy", "count", "difference", "endswith", "find", "format", "get", "head", "index",
    "intersection", "isalpha", "isdigit", "isnumeric", "items", "join", "keys", "ljust", "lower", "lstrip",
    "most_common", "replace", "rjust", "rstrip", "split", "splitlines", "startswith", "strip", "tail", "title",
    "to_dict", "to_numpy", "to_string", "tolist", "union", "upper", "values", "zfill",
))  # fmt: skip
CHANGING_METHODS = frozenset((
    "add", "append", "appendleft", "extend", "insert", "setdefault", "update",
))  # fmt: skip
# What these modules offer leaves its arguments alone; None stands for everything.
MODULES: dict[str, frozenset[str] | None] = {
    "collections": frozenset(("Counter", "OrderedDict", "defaultdict", "deque")),
    "itertools": None,
    "math": None,
    "numpy": frozenset(("all", "any", "arange", "array", "array_equal", "mean", "sum", "unique")),
    "numpy.random": frozenset(("choice", "permutation", "rand", "randint", "randn", "random", "seed")),
    "os.path": None,
    "pandas": frozenset(("read_csv",)),
    "random": frozenset(("choice", "choices", "randint", "random", "randrange", "sample", "seed", "uniform")),
    "time": frozenset(("monotonic", "perf_counter", "process_time", "strftime", "time")),
}  # fmt: skip
# Attributes of modules, arrays and tables that are no methods.
ATTRIBUTES = frozenset((
    "T", "argv", "columns", "dtype", "e", "index", "inf", "nan", "ndim", "pi", "shape", "size",
))  # fmt: skip
MOST_ARGUMENTS = 2  # of a method; further ones may say that it works in place
KEYWORDS = frozenset(
    ("default", "end", "flush", "indent", "key", "repeat", "reverse", "sep", "start")
)
IMPORTS = (nodes.Import, nodes.ImportFrom)
FRESH = frozenset((
    "Dict", "DictComp", "List", "ListComp", "Set", "SetComp",
))  # fmt: skip
FRESH_CALLS = frozenset(("list", "dict", "set", "Counter", "defaultdict"))
# Expressions in which nothing is hidden besides what stands in them.
PLAIN = frozenset((
    "Arguments", "AssignName", "Attribute", "BinOp", "BoolOp", "Call", "Compare", "Comprehension", "Const", "Dict",
    "DictComp", "FormattedValue", "GeneratorExp", "IfExp", "JoinedStr", "Keyword", "Lambda", "List", "ListComp",
    "Name", "Set", "SetComp", "Slice", "Starred", "Subscript", "Tuple", "UnaryOp",
))  # fmt: skip
# Statements of these alone raise nothing once their names are bound.
QUIET = frozenset((
    "Arguments", "Assign", "AssignName", "Const", "Expr", "FunctionDef", "If", "Import", "ImportFrom", "JoinedStr", "Keyword",
    "List", "Name", "Pass", "Tuple",
))  # fmt: skip
# Types that take others in brackets, as annotations do.
GENERIC = frozenset(
    ("dict", "list", "set", "tuple", "Dict", "List", "Optional", "Sequence", "Tuple")
)
QUIET_CALLS = frozenset(("print", "repr", "run", "str"))
BUILT_IN_CONSTANTS = (None, NotImplemented, True, False)


class Effects:
    """Tells of the statements of one file whether they can be left out.

    Of those that were left out, `loud` has the lines of what may raise an error when Python runs it, and `calls` of what calls
    functions of the file.
    """

    def __init__(self, source: PublishedSource) -> None:
        self.source = source
        self.loud: list[int] = []
        self.calls: list[int] = []
        self._called = False
        self._known: set[nodes.FunctionDef] = set()

    def leave_out(self, statement: Node) -> frozenset[str]:
        """Return the names that a harmless statement binds in its scope."""
        self._called = False
        self._statement(statement, inside=False)
        if self._called:
            self.calls.append(statement.lineno or 1)
        parts = list(_parts(statement))
        if not all(map(_quiet, parts)) or any(map(_unbound, parts)):
            self.loud.append(statement.lineno or 1)
        return frozenset(_bound(statement))

    def _refused(self, node: Node, why: str) -> Exception:
        return self.source.error(
            node,
            f"this may change what run computes ({why}), and nothing is executed here; remove it",
        )

    def _statement(self, node: Node, inside: bool) -> None:
        """Check a statement; `inside` a function that another one calls, its own end ends nothing else."""
        match node:
            case nodes.FunctionDef(decorators=None) if type(node) is nodes.FunctionDef:
                self._expressions(node.args, node.returns)
            case nodes.Assign(targets=targets, value=value):
                self._targets(targets)
                self._expressions(value)
            case nodes.AnnAssign(target=target, annotation=annotation, value=value):
                self._targets([target])
                self._expressions(annotation, value)
            case nodes.AugAssign(target=nodes.AssignName() as one, value=value) if _counts(one):
                self._expressions(value)
            case nodes.For() if type(node) is nodes.For:
                self._targets([node.target])
                self._expressions(node.iter)
                self._block((*node.body, *node.orelse), inside)
            case nodes.If(test=test, body=body, orelse=orelse):
                self._expressions(test)
                self._block((*body, *orelse), inside)
            case nodes.Assert() | nodes.Expr():
                self._expressions(*node.get_children())
            case nodes.Return() | nodes.Raise() if inside:
                self._expressions(*node.get_children())
            case nodes.Import(names=names):
                for name, _ in names:
                    self.check_import(node, name)
            case nodes.ImportFrom(modname=name, level=None | 0):
                self.check_import(node, name)
            case nodes.Pass() | nodes.Break() | nodes.Continue():
                pass
            case _:
                raise self._refused(node, f"what {_kind(node)} does here is not known")

    def _block(self, body: Iterable[Node], inside: bool) -> None:
        for one in body:
            self._statement(one, inside)

    def check_import(self, node: Node, module: str) -> None:
        """Refuse to leave out the import of a module that may do anything."""
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "numpy", "pandas"}:
            raise self.source.error(
                node,
                f"the module {module[:60]} is none of Python's, and what it does when it is imported is not known; "
                "remove the import where run does not need it",
            )

    def _targets(self, targets: Iterable[Node]) -> None:
        for target in targets:
            match target:
                case nodes.AssignName():
                    pass
                case nodes.Tuple(elts=parts) | nodes.List(elts=parts):
                    self._targets(parts)
                case nodes.Subscript(value=owner, slice=place) if self._fresh(owner):
                    self._expressions(place)
                case _:
                    raise self._refused(target, f"{target.as_string()[:40]} is changed")

    def _expressions(self, *expressions: Node | None) -> None:
        given = (one for one in expressions if one is not None)
        for node in chain.from_iterable(one.nodes_of_class(nodes.NodeNG) for one in given):
            if _kind(node) not in PLAIN or getattr(node, "is_async", False):
                raise self._refused(node, f"what {_kind(node)} does here is not known")
            if isinstance(node, nodes.Name):
                self._name(node)
            elif isinstance(node, nodes.Call):
                self._call(node)
            elif isinstance(node, nodes.Attribute) and not (
                _is_called(node) or node.attrname in ATTRIBUTES
            ):
                raise self._refused(node, f"{node.as_string()[:40]} is used")

    def _name(self, node: nodes.Name) -> None:
        scope, found = node.lookup(node.name)
        if not found:
            raise self.source.error(node, f"{node.name} is not defined above; restore it")
        if _is_builtin(scope):
            known = getattr(builtins, node.name, None)
            raises = isinstance(known, type) and issubclass(known, BaseException)
            if node.name not in READING and not raises and known not in BUILT_IN_CONSTANTS:
                raise self._refused(node, f"{node.name} is used")
            return
        for one in found:
            if isinstance(one, nodes.FunctionDef):
                self._called = True
                # What a function does when it is called; `run` itself is followed elsewhere.
                followed = (one.name, one.parent) == ("run", one.root())
                if one not in self._known and not followed:
                    self._known.add(one)
                    self._block(one.body, inside=True)
            elif isinstance(one, (nodes.ClassDef, *IMPORTS)) and not _is_called(node):
                raise self._refused(node, f"{node.name} is used")

    def _call(self, call: nodes.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg not in KEYWORDS | OPTIONS.keys():
                raise self._refused(call, f"{keyword.arg} is given")
        match call.func:
            case nodes.Name(name=name) as function:
                scope, found = function.lookup(name)
                if _is_builtin(scope) or all(isinstance(one, nodes.FunctionDef) for one in found):
                    return
                member = _imported(function)
            case nodes.Attribute(attrname=name, expr=owner) as function:
                known = name in READING_METHODS or (name in CHANGING_METHODS and self._fresh(owner))
                if known and len(call.args) <= MOST_ARGUMENTS and _imported(owner) is None:
                    return
                member = _imported(function)
            case _:
                member = None
        module, _, name = (member or "").rpartition(".")
        offered = MODULES.get(module, frozenset())
        if offered is not None and name not in offered:
            raise self._refused(call, f"{call.func.as_string()[:40]} is called")

    def _fresh(self, node: Node) -> bool:
        """Tell whether a name stands for a container that a function has made and nothing else can know."""
        if not isinstance(node, nodes.Name):
            return False
        scope, _ = node.lookup(node.name)
        if not isinstance(scope, nodes.FunctionDef) or scope.name == "run":
            return False
        return all(
            isinstance(one.parent, nodes.Assign)
            and one.parent.targets == [one]
            and _is_fresh(one.parent.value)
            for one in scope.locals.get(node.name, [node])
        )


def _kind(node: Node) -> str:
    return type(node).__name__


def _is_builtin(scope: Node) -> bool:
    return isinstance(scope, nodes.Module) and scope.name == "builtins"


def _is_fresh(value: Node) -> bool:
    made = (
        isinstance(value, nodes.Call)
        and isinstance(value.func, nodes.Name)
        and value.func.name in FRESH_CALLS
    )
    return made or _kind(value) in FRESH


def _counts(target: nodes.AssignName) -> bool:
    """Tell whether a name is bound to numbers and texts alone, so that `+=` makes a new one."""
    bindings = [one.parent for one in target.scope().locals[target.name]]
    return not isinstance(bindings[0], nodes.AugAssign) and all(
        isinstance(one, nodes.AugAssign)
        or (isinstance(one, nodes.Assign) and isinstance(one.value, nodes.Const))
        for one in bindings
    )


def _is_called(node: Node) -> bool:
    """Tell whether an imported name or an attribute is called right here, or is the module of what is."""
    parent, whole = node.parent, _imported(node)
    if isinstance(parent, nodes.Attribute):
        return whole is not None
    # Nothing that these two offer does anything; they stand in annotations.
    typed = whole is not None and whole.startswith(("typing.", "collections.abc."))
    return typed or (isinstance(parent, nodes.Call) and parent.func is node)


def _imported(node: Node) -> str | None:
    """Return what an imported name, or an attribute of an imported module, is called in full."""
    match node:
        case nodes.Attribute(expr=owner, attrname=name):
            inner = _imported(owner)
            return None if inner is None else f"{inner}.{name}"
        case nodes.Name(name=name):
            match node.lookup(name)[1]:
                case [nodes.Import() as one]:
                    return str(one.real_name(name))
                case [nodes.ImportFrom(modname=module) as one]:
                    return f"{module}.{one.real_name(name)}"
    return None


def _parts(node: Node) -> Iterator[Node]:
    """Yield a statement and everything in it; of a function that it defines nothing runs yet."""
    yield node
    defines = isinstance(node, nodes.FunctionDef)
    for child in (node.args, node.returns) if defines else node.get_children():
        if child is not None:
            yield from _parts(child)


def _written(value: Node) -> Node:
    """Return what a name is given where it is given something once, else the value itself."""
    if isinstance(value, nodes.Name):
        match value.lookup(value.name)[1]:
            case [nodes.AssignName(parent=nodes.Assign(targets=[_], value=found))]:
                return found
    return value


def _quiet(node: Node) -> bool:
    """Tell whether a part of a statement raises nothing once its names are bound."""
    if isinstance(node, nodes.Compare):
        return all(kind in ("==", "!=", "is", "is not") for kind, _ in node.ops)
    if isinstance(node, nodes.Call):
        plain = all(isinstance(one.value, nodes.Const) for one in node.keywords)
        return plain and isinstance(node.func, nodes.Name) and node.func.name in QUIET_CALLS
    if isinstance(node, nodes.Attribute):
        return (_imported(node) or "").startswith(("typing.", "collections.abc."))
    if isinstance(node, nodes.Subscript):
        return isinstance(node.value, nodes.Name) and node.value.name in GENERIC
    if isinstance(node, nodes.FormattedValue):
        return node.format_spec is None
    if isinstance(node, nodes.For):
        return isinstance(_written(node.iter), nodes.List | nodes.Tuple)
    return _kind(node) in QUIET


def _unbound(node: Node) -> bool:
    """Tell whether a branch may read a name that only another branch binds."""
    if not isinstance(node, nodes.If):
        return False
    read = {one.name for one in node.nodes_of_class(nodes.Name)}
    return any(one.name in read for one in node.nodes_of_class(nodes.AssignName))


def _bound(node: Node) -> Iterator[str]:
    """Yield the names that a statement binds in its own scope."""
    match node:
        case nodes.FunctionDef(name=name) | nodes.ClassDef(name=name) | nodes.AssignName(name=name):
            yield name
        case nodes.Import(names=names):
            yield from (alias or name.partition(".")[0] for name, alias in names)
        case nodes.ImportFrom(names=names):
            yield from (alias or name for name, alias in names)
        case nodes.Lambda() | nodes.ComprehensionScope():
            pass
        case _:
            for child in node.get_children():
                yield from _bound(child)
