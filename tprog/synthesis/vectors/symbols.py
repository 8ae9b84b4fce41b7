"""Tables from tokens to numbers besides their codes: orders and other labels that examples show, and kinds that texts show.

An order that is not that of the texts is read off examples; it is a leaf then, of which every operation can make use.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from tprog.synthesis.examples import Examples, is_integer, ordered

Table = dict[str, int]

MOST = 40
"""Of larger alphabets no order is learned."""

OPENING = str.maketrans(")]}>", "([{<")

KINDS: tuple[Callable[[str], str], ...] = (
    lambda token: token.translate(OPENING),
    str.lower,
    lambda token: token[:1],
    lambda token: token[-1:],
)
"""What tokens may share: the kind of bracket, the letter, how they begin and end."""


def tables(
    examples: Examples, own: Mapping[str, int], labels: Mapping[str, int]
) -> Iterator[Table]:
    """Yield what tokens may be numbered by, beside their own codes and those of labels, each once."""
    alphabet = examples.alphabet
    numbers = [own[one] for one in alphabet]
    known = [numbers, [-one for one in numbers]]
    found = [_order(examples)] if len(alphabet) <= MOST else []
    if not all(map(is_integer, alphabet)):
        found += [_kinds(alphabet, own, kind) for kind in KINDS]
    found.append(_changed(examples, labels))
    for table in found:
        values = [table[one] for one in alphabet] if table else []
        # Ranks are told from codes by the order that they put tokens in.
        if table and not any(_alike(values, other) for other in known):
            known.append(values)
            yield table


def _alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether two numberings put the same things in one order."""
    pairs = [*zip(one, other, strict=True)]
    return all((a < c) == (b < d) for a, b in pairs for c, d in pairs)


def _kinds(
    alphabet: Sequence[str], own: Mapping[str, int], kind: Callable[[str], str]
) -> Table | None:
    """Return for each token the code of the shortest one of its kind; None where kinds divide nothing, or all."""
    members = defaultdict(list)
    for token in sorted(alphabet, key=lambda one: (len(one), own[one])):
        members[kind(token)].append(token)
    if not 1 < len(members) < len(alphabet):
        return None
    return {token: own[members[kind(token)][0]] for token in alphabet}


def _changed(examples: Examples, labels: Mapping[str, int]) -> Table | None:
    """Return for each token the code of the label that it has where it is not its own; None where one has several, or all the same."""
    pairs = {two for row in examples.rows for two in zip(row.tokens, row.labels, strict=True)}
    changed = {token: label for token, label in pairs if label not in (None, token)}
    others = sum(label not in (None, token) for token, label in pairs)
    said = {token: changed.get(token) or token for token in examples.alphabet}
    few = others == len(changed) < len(pairs) and len({*changed.values()}) > 1
    if not few or not labels.keys() >= {*said.values()}:
        return None
    return {token: labels[label] for token, label in said.items()}


def _order(examples: Examples) -> Table | None:
    """Return the rank of each token in the first order that no example contradicts; None where there is none."""
    for below in (_sorted(examples), _chosen(examples), _compared(examples)):
        if below and (ranks := _ranks(examples.alphabet, below)):
            return ranks
    return None


Below = set[tuple[str, str]] | None
"""Pairs of tokens, the first of which must come before the second."""


def _ranks(alphabet: Sequence[str], below: set[tuple[str, str]]) -> Table | None:
    """Return places in an order that has all pairs in it, of tokens that it leaves open the texts decide; None where it has a circle."""
    left, ranks = list(ordered(alphabet)), Table()
    while left:
        free = [one for one in left if not any((other, one) in below for other in left)]
        if not free:
            return None
        ranks[free[0]] = len(ranks)
        left.remove(free[0])
    return ranks


def _sorted(examples: Examples) -> Below:
    """Return what comes before what where all labels are their tokens sorted."""
    below = set()
    for row in examples.rows:
        labels = [label for label in row.labels if label is not None]
        if Counter(labels) != Counter(row.tokens):
            return None
        below |= {(a, b) for a, b in pairwise(labels) if a != b}
    return below


def _chosen(examples: Examples) -> Below:
    """Return what is less than what where each label is the greatest token, up to there, from there on or of all."""
    for begins, ends in ((False, True), (True, False), (False, False)):
        below = set()
        for row in examples.rows:
            for place, label in enumerate(row.labels):
                first, last = place if begins else 0, place + 1 if ends else len(row.tokens)
                present = {*row.tokens[first:last]}
                if label is not None:
                    below |= {(one, label) for one in present - {label}}
                    if label not in present:
                        below.add((label, label))
        if not any((b, a) in below for a, b in below):
            return below
    return None


def _compared(examples: Examples) -> Below:
    """Return what is less than what where two tokens have another last label than the same two exchanged."""
    last = {row.tokens: row.labels[-1] for row in examples.rows if len(row.tokens) == 2}
    labels = {label: place for place, label in enumerate(ordered(examples.labels))}
    below = set()
    for (a, b), label in last.items():
        other = last.get((b, a))
        if label is not None and other is not None and labels[label] > labels[other]:
            below.add((a, b))
    size = len(examples.alphabet)
    return below if 2 * len(below) == size * (size - 1) else None
