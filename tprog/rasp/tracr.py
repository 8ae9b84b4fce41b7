"""RASP programs written for tracr, as graphs. Objects are told apart by the names of their classes: tracr is not needed.

tracr's rules (`rules="tracr"`) are kept: a function is not applied to None, an aggregate without a match gives its
default, None where none was given, and a mean is a float to the functions that read it.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

from tprog.ir import Relation
from tprog.rasp import graph as g
from tprog.rasp.facts import NotCompiled

UPTO = g.Select(g.Indices(), g.Indices(), "<=")
"""What tracr's causal evaluation adds to every selector."""


def from_tracr(program: Any, *, causal: bool = False) -> g.SOp:
    """Return the graph of a tracr s-op.

    Args:
        program: an s-op of `tracr.rasp.rasp`.
        causal: whether every selector sees only keys up to the query's position, as tracr's causal evaluation has it.

    Raises:
        NotCompiled: a part is of no class of tracr's, or is constant without a function of the input.
    """
    found = _Reading(causal).node(program)
    if not isinstance(found, g.SOp):
        raise NotCompiled("this is a selector of tracr's; give an s-op")
    return found


class _Reading:
    """Nodes read so far, by object: tracr's programs share parts."""

    def __init__(self, causal: bool) -> None:
        self.causal = causal
        self.known: dict[int, g.Node] = {}
        self.functions: dict[int, g.Python] = {}
        self.alive: list[Any] = []

    def node(self, part: Any) -> g.Node:
        if id(part) not in self.known:
            self.alive.append(part)
            found = self._read(part)
            if (self.causal and type(part).__name__ == "Select") or (
                self.causal and type(part).__name__ == "SelectorNot"
            ):
                assert isinstance(found, g.Selector)
                found = g.And(found, UPTO)
            self.known[id(part)] = found
        return self.known[id(part)]

    def sop(self, part: Any) -> g.SOp:
        found = self.node(part)
        assert isinstance(found, g.SOp)
        return found

    def selector(self, part: Any) -> g.Selector:
        found = self.node(part)
        assert isinstance(found, g.Selector)
        return found

    def function(self, call: Callable[..., Any], name: str) -> g.Python:
        """Return a function as tracr applies it, the same for copies of a node (tracr copies to annotate)."""

        def passing_none(*arguments: Any) -> Any:
            if any(one is None for one in arguments):
                return None
            return _plain(call(*map(_as_tracr, arguments)))

        return self.functions.setdefault(id(call), g.Python(name, passing_none))

    def _read(self, part: Any) -> g.Node:
        match type(part).__name__:
            case "TokensType":
                return g.Tokens()
            case "IndicesType":
                return g.Indices()
            case "LengthType":
                return g.LENGTH
            case "Full":
                return g.Const(part.fill)
            case "ConstantSOp" if len(set(map(repr, part.value))) == 1 and not part.check_length:
                return g.Const(part.value[0])
            case "Map":
                return g.Map(self.function(part.f, "map"), (self.sop(part.inner),))
            case "SequenceMap" | "LinearSequenceMap":
                arguments = (self.sop(part.fst), self.sop(part.snd))
                return g.Map(self.function(part.f, "sequence_map"), arguments)
            case "SelectorWidth":
                return g.Width(self.selector(part.selector))
            case "Aggregate":
                return g.Aggregate(self.selector(part.selector), self.sop(part.sop), part.default)
            case "Select":
                key, query = self.sop(part.keys), self.sop(part.queries)
                return g.Select(key, query, _relation(part.predicate, key, query))
            case "SelectorAnd":
                return g.And(self.selector(part.fst), self.selector(part.snd))
            case "SelectorOr":
                return g.Or(self.selector(part.fst), self.selector(part.snd))
            case "SelectorNot":
                return g.Not(self.selector(part.inner))
            case name:
                raise NotCompiled(
                    f"a {name} of tracr's has no meaning for other lengths than its own"
                )


def _relation(predicate: Any, key: g.SOp, query: g.SOp) -> Relation | g.Python:
    """Return a comparison as RASP's own where neither side can be None, which tracr refuses to compare."""
    sign = getattr(predicate, "value", None)
    for relation in get_args(Relation):
        if relation == sign and not any(map(_may_be_none, (key, query))):
            return relation  # type: ignore[no-any-return]
    name = str(sign or "predicate")
    return g.Python(name, lambda key, query: bool(predicate(_as_tracr(key), _as_tracr(query))))


def _may_be_none(sop: g.SOp) -> bool:
    known = isinstance(sop, g.Tokens | g.Indices | g.Width | g.Const)
    return not known or sop == g.Const(None)


def _as_tracr(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def _plain(value: Any) -> Any:
    """Return a scalar of NumPy's as Python's own."""
    return value.item() if type(value).__module__ == "numpy" else value
