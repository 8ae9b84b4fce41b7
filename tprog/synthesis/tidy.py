"""What search finds, written as a person would: the same values everywhere, in fewer nodes, with names."""

from tprog.rasp import graph as g
from tprog.rasp.functions import FUNCTIONS
from tprog.rasp.graph import Aggregate, And, Closest, Const, Indices, Lookup, Map, Select, Width
from tprog.synthesis.vectors.lowering import negated
from tprog.synthesis.vectors.rewriting import OPPOSITE

SO_FAR = Select(Indices(), Indices(), "<=")
"""Selects the keys up to the query, itself among them."""

WHERE = {"<=": "so_far", "<": "before", ">": "behind", ">=": "from_here"}
"""How names say where the keys of `select(indices, indices, …)` stand."""

WHICH = {"==": "equal", "<": "smaller", ">": "greater", "!=": "other"}
"""How names say which keys `select(x, x, …)` selects."""


def tidied(graph: g.SOp) -> g.SOp:
    """Return a graph with the same values in fewer nodes."""
    found = g.rewritten(graph, _simpler)
    return graph if found == graph else tidied(found)


def _simpler(node: g.Node) -> g.Node:
    match node:
        case And(left, right) if _is_everything(left):
            return right
        case And(left, right) if _is_everything(right):
            return left
        case Select(key, Const(value), "==") if isinstance(key, Map):
            return _selected(key, value) or node
        case Map("+" | "-", (Width() | Indices() | Map("+" | "-" | "*" | "%") as part, Const(0))):
            return part
        case Map("==", (Map() as inner, Const(value))):
            return _where(inner, value) or node
        case Map(str(relation), (one, other)) if relation in OPPOSITE and (
            folded := _folded(relation, one, other)
        ):
            return folded
        case Map("not", (Map(relation) as inner,)) if relation in OPPOSITE:
            return negated(inner)
        case Aggregate(where, Const() as value) if _is_everything(where) or where == SO_FAR:
            return value
        case Map("*", (Const(1), (Width() | Indices() | Map("+" | "-")) as part)):
            return part
        case Map("*", (Aggregate(where, Map() as value, 0), count)) if _adds(where, count) and (
            (bits := _values(value)) and bits <= {(int, 0), (int, 1)}
        ):
            # A mean of zeros and ones, times how many they are.
            return Width(And(where, Select(value, Const(1), "==")))
        case Map("-", (Const(1), Map("indicator", (condition,)))):
            return Map("indicator", (negated(condition),))
        case Map("if", (yes, Map("not", (condition,)), no)):
            return Map("if", (no, condition, yes))
        case Map("if", (yes, condition, no)):
            return _choice(yes, condition, no) or node
        case Map(Lookup(rows), (Map("indicator", (condition,)),)):
            told = {arguments[0]: Const(result) for arguments, result in rows}
            return Map("if", (told[1], condition, told[0])) if {0, 1} <= told.keys() else node
        case Map(Lookup(rows) as table, (Map("if", (yes, condition, no)) as part,)) if (
            held := _values(part)
        ) and held <= {(type(key), key) for (key,), _ in rows}:
            return Map("if", (Map(table, (yes,)), condition, Map(table, (no,))))
        case Map(Lookup(rows), (Const(value),)):
            found = [result for arguments, result in rows if arguments == (value,)]
            return Const(found[0]) if found else node
    return node


def _is_everything(selector: g.Selector) -> bool:
    """Tell whether a selector selects every key: what it compares is the same, and the same at all positions."""
    return (
        isinstance(selector, Select)
        and selector.key == selector.query
        and selector.relation in ("==", "<=", ">=")
        and _is_the_same_everywhere(selector.key)
    )


def _is_the_same_everywhere(sop: g.SOp) -> bool:
    match sop:
        case Const():
            return True
        case Map(_, arguments):
            return all(map(_is_the_same_everywhere, arguments))
    return sop == g.LENGTH


def _values(sop: g.SOp) -> set[tuple[type, g.Value]] | None:
    """Return the values that an s-op has, with their types, where these are plain to see."""
    match sop:
        case Const(value):
            return {(type(value), value)}
        case Map("indicator"):
            return {(int, 0), (int, 1)}
        case Map("if", (yes, _, no)):
            left, right = _values(yes), _values(no)
            return None if left is None or right is None else left | right
        case Map(Lookup(rows)):
            return {(type(result), result) for _, result in rows}
    return None


def _adds(where: g.Selector, count: g.SOp) -> bool:
    """Tell whether a count is how many keys a selector selects."""
    if _is_everything(where):
        return count == g.LENGTH
    return where == SO_FAR and count == Map("+", (Indices(), Const(1)))


def _selected(key: Map, value: g.Value) -> g.Select | None:
    """Return the selector of keys at which a function of one s-op has a value, over that s-op."""
    found = _where(key, value) if value is not True else key
    match found:
        case Map(("==" | "!=") as relation, (part, Const() as wanted)):
            return Select(part, wanted, "==" if relation == "==" else "!=")
    match key:
        case Map("indicator", (condition,)) if value == 1:
            return Select(condition, Const(True), "==")
    return None


def _where(node: Map, value: g.Value) -> g.SOp | None:
    """Return a comparison that says where a choice or a table of one argument has a value."""
    match node:
        case Map("indicator", (condition,)):
            return _where(Map("if", (Const(1), condition, Const(0))), value)
        case Map("if", (Const(yes), Map(relation) as found, Const(no))) if relation in OPPOSITE:
            if type(yes) is type(no) and yes != no and value in (yes, no):
                return found if value == yes else negated(found)
        case Map(Lookup(rows), (part,)):
            held = [arguments[0] for arguments, result in rows if result == value]
            if len(held) == 1 and len(rows) > 1:
                return Map("==", (part, Const(held[0])))
            rest = [arguments[0] for arguments, result in rows if result != value]
            if len(rest) == 1 and len(held) > 1:
                return Map("!=", (part, Const(rest[0])))
    return None


def _folded(relation: str, one: g.SOp, other: g.SOp) -> g.SOp | None:
    """Return a comparison of two tables of one s-op, or of one with a constant, as what the s-op is or is not; None where that takes more than two values."""
    match one, other:
        case Map(Lookup(rows), (part,)), Map(Lookup(others), (same,)) if part == same:
            left, right = dict(rows), dict(others)
        case Map(Lookup(rows), (part,)), Const(value):
            left, right = dict(rows), {key: value for key, _ in rows}
        case Const(value), Map(Lookup(rows), (part,)):
            left, right = {key: value for key, _ in rows}, dict(rows)
        case _:
            return None
    keys = [key for key in left if key in right and type(left[key]) is type(right[key])]
    truths = {key[0]: FUNCTIONS[relation](left[key], right[key]) for key in keys}
    if len(keys) < max(len(left), len(right)):
        return None
    held = [key for key in truths if truths[key]]
    if len(held) == 1 < len(truths):
        return Map("==", (part, Const(held[0])))
    if len(held) == len(truths) - 1 > 0:
        (missing,) = truths.keys() - held
        return Map("!=", (part, Const(missing)))
    if len(held) == 2:
        return Map("or", tuple(Map("==", (part, Const(value))) for value in held))
    return None


def _choice(yes: g.SOp, condition: g.SOp, no: g.SOp) -> g.SOp | None:
    """Return a plainer form of `yes if condition else no`."""
    if yes == no:
        return yes
    if (yes, no) == (Const(True), Const(False)):
        return condition
    match yes:
        case Map("if", (inner, same, _)) if same == condition:
            return Map("if", (inner, condition, no))
    match no:
        case Map("if", (_, same, inner)) if same == condition:
            return Map("if", (yes, condition, inner))
        case Map("if", (other, again, inner)) if other == yes:
            # Two reasons for one result.
            return Map("if", (yes, Map("or", (condition, again)), inner))
    return None


def named(graph: g.SOp, output: str = "output") -> dict[str, g.Node]:
    """Return the graph's counts and reads with names that say what they are, and last the graph itself."""
    found: dict[str, g.Node] = {}
    for node in g.walk(graph):
        name = _name(node) if node != graph else ""
        if name and name not in found and name != output:
            found[name] = node
    return {**found, output: graph}


def _name(node: g.Node) -> str:
    match node:
        case Width(selector):
            which, where = _phrase(selector)
            return "_".join(filter(None, (which, where))) if which else ""
        case Aggregate(
            Select(Indices(), Map(("-" | "+") as side, (Indices(), Const(1))), "==")
            | Closest(Select(Indices(), Indices(), ("<" | ">") as side)),
            value,
        ) if _noun(value):
            return f"{'previous' if side in ('-', '<') else 'next'}_{_noun(value)}"
    return ""


def _phrase(selector: g.Selector) -> tuple[str, str]:
    """Return which keys a selector selects and where these stand, "" for what has no words."""
    match selector:
        case And(left, right):
            parts = [_phrase(left), _phrase(right)]
            which = [one for one, _ in parts if one]
            where = [one for _, one in parts if one]
            return (which[0], where[0]) if len(which) == len(where) == 1 else ("", "")
        case Select(Indices(), Indices(), relation) if relation in WHERE:
            return "", WHERE[str(relation)]
        case Select(key, query, relation) if key == query and relation in WHICH:
            return f"{WHICH[str(relation)]}_{_noun(key)}s" if _noun(key) else "", ""
        case Select(key, Const(str() as text), "==") if _noun(key) == "token":
            return (f"count_of_{text}", "") if text.isidentifier() else ("", "")
    return "", ""


def _noun(sop: g.SOp) -> str:
    return (
        "token" if sop in (g.Tokens(), *(Map(to, (g.Tokens(),)) for to in ("int", "str"))) else ""
    )
