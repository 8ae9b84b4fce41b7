"""Codes out of a graph: where only equality, order or a place in the sequence matters, tokens do as well themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Lookup,
    Map,
    Node,
    Select,
    Selector,
    SOp,
    Tokens,
    Width,
    walk,
)

COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class Rewriting:
    """A coding of tokens, and the graphs that can do without it.

    Attributes:
        leaf: the s-op that gives each token its code.
        tokens: the token of each code; empty where codes are numbers that tokens name, and stay.
        texts: the label of each code.
    """

    leaf: SOp
    tokens: Mapping[int, str]
    texts: Mapping[int, str]
    _read: dict[SOp, SOp | None] = field(default_factory=dict)

    def without_codes(self, graph: SOp) -> SOp:
        """Compare tokens instead of their codes; the values of the graph stay the same."""
        known: dict[Node, Node] = {}
        for node in walk(graph):
            known[node] = self._compared(_moved(node, known))
        found = known[graph]
        assert isinstance(found, SOp)
        return found

    def labels(self, codes: SOp) -> SOp:
        """Return the labels that a graph's codes stand for, by a table where nothing simpler will do."""
        texts = self._text(codes)
        if texts is not None:
            return texts
        rows = tuple(((code,), text) for code, text in sorted(self.texts.items()))
        return Map(Lookup(rows), (codes,))

    def _compared(self, node: Node) -> Node:
        match node:
            case Map(str(name), (left, right)) if name in COMPARED:
                sides = self._as_tokens(left, right)
                return node if sides is None else Map(name, sides)
            case Select(key, query, str(relation)):
                sides = self._as_tokens(key, query)
                return node if sides is None else Select(*sides, relation)
        return node

    def _as_tokens(self, left: SOp, right: SOp) -> tuple[SOp, SOp] | None:
        """Return two sides of a comparison as tokens, whose order is that of their codes; None where one has none."""
        if self.leaf not in (left, right):
            return None
        first, second = map(self._token, (left, right))
        return None if first is None or second is None else (first, second)

    def _token(self, side: SOp) -> SOp | None:
        if side == self.leaf and self.tokens:
            return Tokens()
        if isinstance(side, Const) and type(side.value) is int and side.value in self.tokens:
            return Const(self.tokens[side.value])
        return None

    def _text(self, codes: SOp) -> SOp | None:
        if codes not in self._read:
            self._read[codes] = self._new_text(codes)
        return self._read[codes]

    def _new_text(self, codes: SOp) -> SOp | None:
        """Return the labels of codes that are only copied, moved and chosen; None of others."""
        match codes:
            case Const(int(value)) if value in self.texts:
                return Const(self.texts[value])
            case Map("if", (value, condition, other)):
                then, otherwise = self._text(value), self._text(other)
                if then is not None and otherwise is not None:
                    return Map("if", (then, condition, otherwise))
            case Aggregate(selector, value, int(default)) if at_most_one(selector):
                moved = self._text(value)
                if moved is not None and default in self.texts:
                    return Aggregate(selector, moved, self.texts[default])
            case _ if codes == self.leaf:
                same = all(self.texts.get(code) == token for code, token in self.tokens.items())
                return Tokens() if same and self.tokens else None
        return None


def _moved(node: Node, known: Mapping[Node, Node]) -> Node:
    """Return a node over the rewritten parts."""

    def moved(part: object) -> object:
        if isinstance(part, tuple):
            return tuple(map(moved, part))
        return known[part] if isinstance(part, Node) else part

    made = type(node)(**{name: moved(getattr(node, name)) for name in type(node).__slots__})
    return node if made == node else made


def at_most_one(selector: Selector) -> bool:
    """Tell whether it is plain to see that no query selects two keys."""
    match selector:
        case Closest():
            return True
        case And(left, right):
            return at_most_one(left) or at_most_one(right)
        case Select(Indices(), _, "=="):
            return True
        case Select(Map("+", (Width(Select(v, w, "<")), Width(And(_, Select(x, y, "==")))))) as one:
            # The rank in a stable sort.
            return one.relation == "==" and v == w == x == y
    return False
