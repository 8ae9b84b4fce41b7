"""Codes out of a graph: where only equality, order or a place in the sequence matters, tokens do as well themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tprog.rasp import graph as g

COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class Coding:
    """Tokens and labels as integers, and the graphs that can do without these.

    Attributes:
        leaves: the s-op of each channel of the input.
        fill: the code that operations give where they find nothing.
        tokens: the token of each code; empty where codes are numbers that tokens name, and stay.
        texts: the label of each code; empty where a label is the number itself.
        plain: whether a label's text is a token wherever a token has its code.
    """

    leaves: tuple[g.SOp, ...] = ()
    fill: int = 0
    tokens: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    plain: bool = False

    @property
    def leaf(self) -> g.SOp:
        """The s-op that gives each token its code."""
        return self.leaves[0]

    def without_codes(self, graph: g.SOp) -> g.SOp:
        """Compare tokens instead of their codes; the values of the graph stay the same."""
        return g.rewritten(graph, self._compared)

    def labels(self, codes: g.SOp) -> g.SOp:
        """Return the labels that a graph's codes stand for, by a table where nothing simpler will do."""
        said: dict[g.Node, g.SOp] = {}
        for node in g.walk(codes):
            text = self._text(node, said)
            if text is not None:
                said[node] = text
        rows = tuple(((code,), text) for code, text in sorted(self.texts.items()))
        return said.get(codes) or g.Map(g.Lookup(rows), (codes,))

    def _compared(self, node: g.Node) -> g.Node:
        """Compare tokens, whose order is that of their codes, where one side of a comparison is the leaf."""
        match node:
            case g.Map(str(name), (left, right)) if name in COMPARED and self.leaf in (left, right):
                sides = self._token(left, name), self._token(right, name)
                return node if None in sides else g.Map(name, sides)  # type: ignore[arg-type]
            case g.Map(("==" | "!=") as name, (read, g.Const(int(code)))) if self.tokens:
                return self._read(str(name), read, code) or node
            case g.Select(key, query, str(relation)) if self.leaf in (key, query):
                first, second = self._token(key, relation), self._token(query, relation)
                return g.Select(first, second, relation) if first and second else node
        return node

    def _read(self, relation: str, read: g.SOp, code: int) -> g.SOp | None:
        """Return whether the nearest token is one, of a comparison of codes that were moved up to be told from the default."""
        match read:
            case g.Aggregate(
                g.Closest() as where, g.Map("+", (leaf, g.Const(int(moved)))), int(default)
            ) if leaf == self.leaf and default < moved + min(self.tokens):
                token = "" if code == default else self.tokens.get(code - moved)
                if token is not None and "" not in self.tokens.values():
                    return g.Map(relation, (g.Aggregate(where, g.Tokens(), ""), g.Const(token)))
        return None

    def _token(self, side: g.SOp, relation: str) -> g.SOp | None:
        """Return the tokens of one side; of a token from elsewhere, where only equality counts, with a text for none."""
        match side:
            case self.leaf if self.tokens:
                return g.Tokens()
            case g.Const(int(value)) if type(value) is int and value in self.tokens:
                return g.Const(self.tokens[value])
            case g.Aggregate(where, self.leaf, int(default)) if at_most_one(where):
                none = self.tokens.get(default, self.texts.get(default, ""))
                clear = default in self.tokens or none not in self.tokens.values()
                if self.tokens and clear and relation in ("==", "!="):
                    return g.Aggregate(where, g.Tokens(), none)
        return None

    def _text(self, codes: g.Node, said: Mapping[g.Node, g.SOp]) -> g.SOp | None:
        """Return the labels of codes that are only copied, moved and chosen; None of others."""
        match codes:
            case g.Const(int(value)) if value in self.texts:
                return g.Const(self.texts[value])
            case g.Map("if", (value, condition, other)) if value in said and other in said:
                return g.Map("if", (said[value], condition, said[other]))
            case g.Aggregate(where, value, int(default)) if (
                value in said and default in self.texts and at_most_one(where)
            ):
                return g.Aggregate(where, said[value], self.texts[default])
            case g.Aggregate(where, value, None) if value in said and at_most_one(where):
                return g.Aggregate(where, said[value])
        return g.Tokens() if codes == self.leaf and self.plain else None


def at_most_one(selector: g.Selector) -> bool:
    """Tell whether it is plain to see that no query selects two keys."""
    match selector:
        case g.Closest() | g.Select(g.Indices(), _, "=="):
            return True
        case g.And(left, right):
            return at_most_one(left) or at_most_one(right)
        case g.Select(
            g.Map(
                "+", (g.Width(g.Select(v, w, "<" | ">")), g.Width(g.And(_, g.Select(x, y, "=="))))
            ),
            _,
            "==",
        ):
            # The rank in a stable sort.
            return v == w == x == y
    return False
