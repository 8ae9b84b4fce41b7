"""Python files that are no Programs, for the tests that read them."""

# Published helpers and heads in small, with modules of its own and a branch that no value reaches.
FORK = """\
import os
from house.helpers import read_weights


def select_closest(keys, queries, predicate):
    scores = [[False for _ in keys] for _ in queries]
    for i, q in enumerate(queries):
        matches = [j for j, k in enumerate(keys) if predicate(q, k)]
        if not any(matches):
            scores[i][0] = True
        else:
            scores[i][min(matches, key=lambda j: abs(i - j))] = True
    return scores


def aggregate(attention, values):
    return [[v for a, v in zip(attn, values) if a][0] for attn in attention]


def run(tokens):
    weights = read_weights("sort")
    positions = list(range(len(tokens)))

    def previous(q_position, k_position):
        if q_position in {1, 2}:
            return k_position == 0
        elif q_position in {3}:
            return k_position == 2
        elif q_position == 2:
            return k_position == 1

    previous_pattern = select_closest(positions, positions, previous)
    previous_outputs = aggregate(previous_pattern, tokens)

    def same(token, previous_output):
        return token == previous_output

    same_pattern = select_closest(previous_outputs, tokens, same)
    same_outputs = aggregate(same_pattern, positions)

    def mlp(same_output, position):
        key = (same_output, position)
        if key in {(0, 1), (1, 2)}:
            return 3
        return 7

    mlp_outputs = [mlp(k0, k1) for k0, k1 in zip(same_outputs, positions)]
    return [weights[v] for v in mlp_outputs]


print(run(["a", "b"]))
"""

# RASP by hand: other names, other helpers, several answers.
BY_HAND = """\
def pairs(ks, qs, test):
    n = len(ks)
    return [[test(ks[j], qs[i]) for j in range(n)] for i in range(n)]


def width(chosen):
    return [sum(row) for row in chosen]


def equal(a, b):
    return a == b


def histogram(tokens):
    return width(pairs(tokens, tokens, equal))


def answer(tokens):
    counts = histogram(tokens)
    out = []
    for i in range(len(tokens)):
        seen = 0
        for j in range(len(tokens)):
            if equal(counts[i], counts[j]):
                seen += 1
        out.append(seen)
    return out
"""
