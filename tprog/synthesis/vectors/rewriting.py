"""Codes out of a graph: where only equality, order or a place in the sequence matters, tokens do as well themselves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tprog.rasp import graph as g

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
"""Relations of any two values of one type, each with the one that holds where it does not."""


@dataclass(frozen=True)
class Coding:
    """Tokens and labels as integers, and the graphs that can do without these.

    Attributes:
        leaves: the s-op of each channel of the input.
        fill: the code that operations give where they find nothing.
        tokens: the token of each code; empty where codes are numbers that tokens name, and stay.
        texts: the label of each code; empty where a label is the number itself.
        plain: whether a label's text is a token wherever a token has its code.
        others: the s-ops of what else tokens are numbered by.
    """

    leaves: tuple[g.SOp, ...] = ()
    fill: int = 0
    tokens: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    plain: bool = False
    others: tuple[g.SOp, ...] = ()

    @property
    def leaf(self) -> g.SOp:
        """The s-op that gives each token its code."""
        return self.leaves[0]

    def without_codes(self, graph: g.SOp) -> g.SOp:
        """Compare tokens instead of their codes; the values of the graph stay the same."""
        return g.rewritten(graph, self._compared)

    def labels(self, codes: g.SOp) -> Iterator[g.SOp]:
        """Yield what may be the labels that a graph's codes stand for, the plainest first, at last by a table."""
        said = self._said(codes, self.texts.get, g.Tokens() if self.plain else None)
        if said:
            yield said
            return
        words = {code: text for code, text in self.texts.items() if text != str(code)}
        if len(words) < len(self.texts) and words.keys().isdisjoint(self.tokens):
            yield _worded(codes, words, sure=True)
            yield _worded(codes, words, sure=False)
        rows = tuple(((code,), text) for code, text in sorted(self.texts.items()))
        yield g.Map(g.Lookup(rows), (codes,))

    def _compared(self, node: g.Node) -> g.Node:
        """Compare tokens, whose order is that of their codes, where one side of a comparison is the leaf."""
        match node:
            case g.Map(g.Lookup(rows), arguments) if self.tokens and node != self.leaf:
                tokens: dict[g.Value, g.Value] = dict(self.tokens.items())
                said = [self._said(one, self.tokens.get, g.Tokens()) for one in arguments]
                names = [{} if one is None else tokens for one in said]
                told = tuple((tuple(map(_renamed, names, cell)), one) for cell, one in rows)
                read = zip(said, arguments, strict=True)
                return g.Map(g.Lookup(told), tuple(one or other for one, other in read))
            case g.Map(str(name), (left, right)) if name in OPPOSITE:
                first, second = self._tokens(left, right, name)
                return g.Map(name, (first, second)) if first and second else node
            case g.Select(key, query, str() as relation):
                first, second = self._tokens(key, query, relation)
                return g.Select(first, second, relation) if first and second else node
        return node

    def _tokens(self, left: g.SOp, right: g.SOp, relation: str) -> list[g.SOp | None]:
        """Return the tokens of two sides, one of which is the leaf; where only equality counts, with a text for a code of none."""

        def text(code: int) -> str | None:
            none = self.texts.get(code, "")
            alike = relation in ("==", "!=") and none not in self.tokens.values()
            return self.tokens.get(code, none if alike else None)

        if not self.tokens or self.leaf not in (left, right):
            return [None, None]
        return [self._said(side, text, g.Tokens()) for side in (left, right)]

    def _said(
        self, codes: g.SOp, text: Callable[[int], str | None], leaf: g.SOp | None
    ) -> g.SOp | None:
        """Return what codes stand for that are only copied, moved and chosen; None of others."""
        match codes:
            case self.leaf:
                return leaf
            case g.Const(int(code)) if type(code) is int and text(code) is not None:
                return g.Const(text(code))
            case g.Map(g.Lookup(told), arguments):
                names = [
                    (cell, text(code) if isinstance(code, int) else None) for cell, code in told
                ]
                some = tuple((cell, name) for cell, name in names if name is not None)
                return g.Map(g.Lookup(some), arguments) if len(some) == len(names) else None
            case g.Map("if", (value, condition, other)):
                yes, no = (self._said(one, text, leaf) for one in (value, other))
                return g.Map("if", (yes, condition, no)) if yes and no else None
            case g.Aggregate(where, value, int() | None as default) if at_most_one(where):
                none = None if default is None else text(default)
                moved = self._said(value, text, leaf)
                if moved and (none is not None or default is None):
                    return g.Aggregate(where, moved, none)
        return None


def _worded(codes: g.SOp, words: Mapping[int, str], sure: bool) -> g.SOp:
    """Return labels that are numbers but for some codes; `sure` if what is no constant gives none of these."""
    match codes:
        case g.Const(int(code)):
            return g.Const(words.get(code, str(code)))
        case g.Map("if", (yes, condition, no)):
            return g.Map("if", (_worded(yes, words, sure), condition, _worded(no, words, sure)))
        case g.Aggregate(where, value, int(default)) if sure and at_most_one(where):
            said = g.Map("str", (value,))
            return g.Aggregate(where, said, words.get(default, str(default)))
    found: g.SOp = g.Map("str", (codes,))
    if not sure:
        for code, text in words.items():
            found = g.Map("if", (g.Const(text), g.Map("==", (codes, g.Const(code))), found))
    return found


def _renamed(names: Mapping[g.Value, g.Value], value: g.Value) -> g.Value:
    return names.get(value, value)


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
