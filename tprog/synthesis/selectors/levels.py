"""One cost after another: every operation on everything cheaper, each behaviour once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.graph import LENGTH, Const, Indices, Map, SOp, Tokens
from tprog.synthesis.examples import Examples
from tprog.synthesis.selectors.bank import Bank, Expr, graph_of, leaf, made
from tprog.synthesis.selectors.batch import Kind, Rows
from tprog.synthesis.selectors.kernels import RELATIONS, select
from tprog.synthesis.selectors.rewriting import replaced

STEP = 512
"""Expressions that are computed at a time: their rows stay in the cache's reach."""

FEW_TOKENS = 6
"""Up to this many tokens each is a constant, as the wanted key of a head."""

MANY_TOKENS = 32
"""Up to this many tokens are compared with each of them, at cost `TOKENS_COST`."""

TOKENS_COST = 5

ARGUMENTS = 2_000
"""S-ops of each cost and kind that a function is applied to: each call takes milliseconds."""

MODULI = 16
"""The greatest modulus that the labels may suggest."""


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is left out because something at most as large does the same; a test switches each off.

    Attributes:
        equivalence: each behaviour once.
        symmetric: one order of the arguments of operations that commute.
        complements: no complement of a selector: relations come in pairs of complements, and De Morgan does the rest.
        one_reading: no texts where tokens and labels are integers.
    """

    equivalence: bool = True
    symmetric: bool = True
    complements: bool = True
    one_reading: bool = True


ALL_PRUNING = Pruning()


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """What programs are made from.

    Attributes:
        leaves: s-ops of cost 1 with their kinds.
        alphabet: the tokens.
        moduli: the constants of `%`.
        functions: of a library: graphs whose tokens may be any s-op.
        pruning: what is left out.
    """

    leaves: tuple[tuple[Kind, SOp], ...]
    alphabet: tuple[str, ...]
    moduli: tuple[int, ...]
    functions: tuple[SOp, ...] = ()
    pruning: Pruning = field(default=ALL_PRUNING)


def grammar_of(
    examples: Examples, bank: Bank, functions: tuple[SOp, ...], pruning: Pruning
) -> Grammar:
    """Return leaves and constants that the examples suggest."""
    batch = bank.batch
    leaves: list[tuple[Kind, SOp]] = [("int", Indices()), ("int", Const(1)), ("int", Const(0))]
    if not examples.causal:
        leaves.append(("int", LENGTH))
    if batch.numeric:
        leaves.append(("int", Map("int", (Tokens(),))))
    if not (batch.numeric and batch.kind == "int" and pruning.one_reading):
        leaves.append(("text", Tokens()))
        if len(examples.alphabet) <= FEW_TOKENS:
            leaves += [("text", Const(one)) for one in examples.alphabet]
    if batch.kind == "text":
        fresh = [batch.texts[one] for one in batch.defaults["text"]]
        leaves += [("text", Const(one)) for one in fresh if one in set(examples.labels)]
    moduli = [2]
    extra: list[int] = []
    if batch.kind == "int":
        least, most = (end(map(int, examples.labels)) for end in (min, max))
        extra += [least] if -MODULI <= least < 0 else []
        if least == 0 and 2 < most + 1 <= MODULI:
            moduli.append(most + 1)
            if batch.numeric and max(map(int, examples.alphabet)) > most:
                extra += [most, most + 1]
    if batch.numeric and len(examples.alphabet) <= FEW_TOKENS:
        extra += map(int, examples.alphabet)
    known = {0, 1}
    leaves += [("int", Const(one)) for one in dict.fromkeys(extra) if one not in known]
    leaves += [("bool", Const(True))]
    return Grammar(tuple(leaves), examples.alphabet, tuple(moduli), functions, pruning)


Rule: TypeAlias = Iterator[tuple[Kind, Rows, NDArray[np.bool_], Callable[[int], Expr]]]
"""Results of an operation: their kind, rows, which have a value, and the expression of each."""

Operation: TypeAlias = tuple[Kind, tuple[str, ...], object, tuple[Kind, ...]]
"""Names that are applied alike: the kind of the results, the names, a detail, the kinds of the arguments."""


def level(bank: Bank, grammar: Grammar, cost: int, pause: Callable[[], None]) -> Iterator[Expr]:
    """Add everything of a cost to the bank and yield what is new.

    Args:
        bank: holds everything cheaper.
        grammar: what programs are made from.
        cost: from 2; leaves are added by `leaves`.
        pause: called between steps; may raise to end it.
    """
    for rule in (_functions, _tokens, _selectors, _applied, _choices):
        for kind, rows, good, make in rule(bank, grammar, cost):
            pause()
            if not len(rows) or bank.full(kind):
                continue
            places = np.flatnonzero(good)
            kept = rows if len(places) == len(rows) else rows[places]
            yield from bank.add(kind, kept, lambda one, p=places, m=make: m(int(p[one])), cost)  # type: ignore[misc]


def leaves(bank: Bank, grammar: Grammar, atoms: tuple[tuple[str, SOp], ...]) -> Iterator[Expr]:
    """Add the leaves and atoms and yield what is new."""
    for kind, graph in (*grammar.leaves, *((None, graph) for _, graph in atoms)):
        found = bank.batch.of_graph(graph)
        if found is None or (kind is not None and found[0] != kind):
            continue
        one = leaf(found[0], graph)
        yield from bank.add(found[0], found[1][None], lambda _, one=one: one, 1)  # type: ignore[misc]


def pairs(
    bank: Bank, left: Kind, right: Kind, total: int, symmetric: bool = False
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield places of arguments whose costs have this sum, `STEP` at a time."""
    for cost in range(1, total):
        a0, a1 = bank.of[left].of_cost(cost)
        b0, b1 = bank.of[right].of_cost(total - cost)
        if symmetric and total - cost < cost:
            continue
        many = (a1 - a0) * (b1 - b0)
        for start in range(0, many, STEP):
            a, b = np.divmod(np.arange(start, min(start + STEP, many)), b1 - b0)
            if symmetric and 2 * cost == total:
                a, b = a[a <= b], b[a <= b]
            yield a0 + a, b0 + b


def _apply(
    bank: Bank, kind: Kind, op: str, detail: object, args: list[tuple[Kind, NDArray[np.int64]]]
) -> Rule:
    """Yield an operation of bank places."""
    rows, good = bank.apply(op, detail, [bank.of[one].rows[places] for one, places in args])

    def make(one: int) -> Expr:
        parts = [bank.of[of].exprs[places[one]] for of, places in args]
        return made(kind, op, *parts, detail=detail)

    yield kind, rows, good, make


def _singly(bank: Bank, kind: Kind, cost: int) -> Iterator[NDArray[np.int64]]:
    """Yield places of one argument, `STEP` at a time."""
    first, end = bank.of[kind].of_cost(cost)
    for start in range(first, end, STEP):
        yield np.arange(start, min(end, start + STEP))


def _tokens(bank: Bank, grammar: Grammar, cost: int) -> Rule:
    """Tokens compared with constants that are no leaves, and classes of few tokens: bools, and selectors by the key."""
    tokens = [one for one in grammar.leaves if Tokens() in (one[1], *one[1].parts)]
    if cost != TOKENS_COST or not tokens:
        return
    kind, graph = tokens[0]
    token = leaf(kind, graph)
    alphabet = [int(one) if kind == "int" else one for one in grammar.alphabet]
    constants = [leaf(kind, Const(one)) for one in alphabet]
    tests: list[Expr] = []
    if FEW_TOKENS < len(alphabet) <= MANY_TOKENS:
        ops = RELATIONS if kind == "int" else ("==", "!=")
        tests = [made("bool", op, token, one) for one in constants for op in ops]
    elif len(alphabet) <= FEW_TOKENS:
        equal = [made("bool", "==", token, one) for one in constants]
        for size in range(2, len(equal) // 2 + 1):
            tests += [
                reduce(lambda a, b: made("bool", "or", a, b), some)
                for some in combinations(equal, size)
            ]
    true = leaf("bool", Const(True))
    selectors = [
        made("selector", "select", *one.args, detail=one.op)
        if one.op != "or"
        else made("selector", "select", one, true, detail="==")
        for one in tests
    ]
    for found in (tests, selectors):
        rows = [bank.row(one) for one in found]
        known = np.array([one for one in rows if one is not None], dtype=np.uint8)
        if len(known):
            yield found[0].kind, known, np.ones(len(known), dtype=np.bool_), found.__getitem__


def _selectors(bank: Bank, grammar: Grammar, cost: int) -> Rule:
    kinds: tuple[Kind, ...] = ("int", "text", "bool")
    for kind in kinds:
        for a, b in pairs(bank, kind, kind, cost - 1):
            other = a != b
            yield from _selects(bank, kind, a[other], b[other])
        for a in _singly(bank, kind, cost - 1):
            yield from _selects(bank, kind, a, a)


def _selects(bank: Bank, kind: Kind, a: NDArray[np.int64], b: NDArray[np.int64]) -> Rule:
    """Yield every relation of pairs of keys and queries."""
    level = bank.of[kind]
    many = 1 if kind == "bool" else len(RELATIONS)
    step = STEP // many
    for start in range(0, len(a), step):
        some, others = a[start : start + step], b[start : start + step]
        found = np.zeros((len(some), many, bank.positions), dtype=np.uint8)
        keys, queries = (level.rows[one].astype(np.int16) for one in (some, others))
        select(keys, queries, bank.batch.lengths, found)

        def make(
            one: int, some: NDArray[np.int64] = some, others: NDArray[np.int64] = others
        ) -> Expr:
            pair, relation = divmod(one, many)
            key, query = level.exprs[some[pair]], level.exprs[others[pair]]
            return made("selector", "select", key, query, detail=RELATIONS[relation])

        rows = found.reshape(-1, bank.positions)
        yield "selector", rows, np.ones(len(rows), dtype=np.bool_), make


def _operations(grammar: Grammar, bank: Bank) -> Iterator[Operation]:
    if not grammar.pruning.complements:
        yield "selector", ("complement",), None, ("selector",)
    yield "selector", ("and", "or"), None, ("selector", "selector")
    yield "int", ("width",), None, ("selector",)
    for modulus in grammar.moduli:
        yield "int", ("%",), modulus, ("int",)
    yield "int", ("+",), None, ("int", "int")
    yield "int", ("-",), None, ("int", "int")
    yield "bool", RELATIONS, None, ("int", "int")
    yield "bool", RELATIONS, None, ("text", "text")
    yield "bool", ("and", "or"), None, ("bool", "bool")
    yield "bool", ("not",), None, ("bool",)
    text, whole = (bank.value(kind, bank.batch.defaults[kind][0]) for kind in ("text", "int"))
    yield "text", ("near",), text, ("selector", "text")
    yield "int", ("near",), whole, ("selector", "int")


def _applied(bank: Bank, grammar: Grammar, cost: int) -> Rule:
    """Apply every operation of one or two arguments."""
    for kind, ops, detail, takes in _operations(grammar, bank):
        if len(takes) == 1:
            spent = 2 if ops == ("%",) else 1
            for places in _singly(bank, takes[0], cost - spent):
                yield from _apply(bank, kind, ops[0], detail, [(takes[0], places)])
            continue
        left, right = takes
        # `a > b` is `b < a`: among the relations both orders of the arguments come up.
        symmetric = left == right and ops != ("-",) and grammar.pruning.symmetric
        for a, b in pairs(bank, left, right, cost - 1, symmetric):
            for op in ops:
                yield from _apply(bank, kind, op, detail, [(left, a), (right, b)])


def _choices(bank: Bank, grammar: Grammar, cost: int) -> Rule:
    bools = bank.of["bool"]
    kinds: tuple[Kind, ...] = ("text", "int")
    for kind in kinds:
        for spent in range(1, cost - 2):
            first, end = bools.of_cost(spent)
            for a, b in pairs(bank, kind, kind, cost - 1 - spent):
                other = a != b
                for condition in range(first, end):
                    places = np.full(int(other.sum()), condition)
                    args: list[tuple[Kind, NDArray[np.int64]]] = [
                        ("bool", places),
                        (kind, a[other]),
                        (kind, b[other]),
                    ]
                    yield from _apply(bank, kind, "if", None, args)


def _functions(bank: Bank, grammar: Grammar, cost: int) -> Rule:
    """Apply the library's functions to the cheapest s-ops of each cost, by the evaluator: their values are its tokens."""
    kinds: tuple[Kind, ...] = ("int", "text", "bool")
    for function, kind in product(grammar.functions, kinds):
        level = bank.of[kind]
        first, end = level.of_cost(cost - 1)
        for argument in level.exprs[first : min(end, first + ARGUMENTS)]:
            found = bank.batch.of_graph(function, bank.values(argument))
            if found is None:
                # No results; only the clock is looked at.
                yield kind, level.rows[:0], np.ones(0, dtype=np.bool_), level.exprs.__getitem__
                continue
            graph = replaced(function, Tokens(), graph_of(argument))
            called = Expr(found[0], "leaf", graph, (), cost)
            yield found[0], found[1][None], np.ones(1, dtype=np.bool_), [called].__getitem__
