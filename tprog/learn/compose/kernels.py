"""Variables and ratings of many candidates at once. Owns the inner loops; refuses to know what is worth computing.

Arrays of variables are `(candidates, sequences, positions)` bytes; positions after a sequence's end hold 0.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tprog.compiled import compiled

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@compiled
def count_keys(
    variables: Any, picked: Any, masks: Any, causal: Any, chosen: Any, lengths: Any, found: Any
) -> None:
    """Count, for each candidate, the keys that every position wants; query and key are the same variable.

    Args:
        variables: the variables that may be counted.
        picked: for each candidate, which variable.
        masks: `(predicates, query value, key value)`, 1 where the key is wanted.
        causal: for each predicate, whether only keys up to the query count.
        chosen: for each candidate, which predicate.
        lengths: of the sequences.
        found: the counts, written.
    """
    for candidate in range(len(picked)):
        variable, mask = picked[candidate], masks[chosen[candidate]]
        for sequence in range(len(lengths)):
            length = lengths[sequence]
            for query in range(length):
                row = mask[variables[variable, sequence, query]]
                end = query + 1 if causal[chosen[candidate]] else length
                total = 0
                for key in range(end):
                    total += row[variables[variable, sequence, key]]
                found[candidate, sequence, query] = total


@compiled
def attended(
    queries: Any, keys: Any, mask: Any, values: Any, length: int, causal: bool, found: Any
) -> None:
    """Write, for one sequence, the value at the attended position of each query (paper, section 3.2)."""
    for query in range(length):
        row = mask[queries[query]]
        best, distance = 0, 1 << 20
        end = query + 1 if causal else length
        for key in range(end):
            if row[keys[key]]:
                # The own position is the last resort; a tie goes to the left.
                away = abs(query - key) if key != query else 1 << 16
                if away < distance:
                    best, distance = key, away
        found[query] = values[best]


@compiled
def copy_values(
    variables: Any, picked: Any, masks: Any, causal: Any, chosen: Any, lengths: Any, found: Any
) -> None:
    """Write what heads copy.

    Args:
        variables: the variables that may be read.
        picked: `(candidates, 3)`, which are query, key and value.
        masks: `(predicates, query value, key value)`, 1 where the key is wanted.
        causal: for each predicate, whether heads look to the left only.
        chosen: for each candidate, which predicate.
        lengths: of the sequences.
        found: what is copied, written.
    """
    for candidate in range(len(picked)):
        query, key, value = picked[candidate]
        for sequence in range(len(lengths)):
            attended(
                variables[query, sequence],
                variables[key, sequence],
                masks[chosen[candidate]],
                variables[value, sequence],
                lengths[sequence],
                causal[chosen[candidate]],
                found[candidate, sequence],
            )


@compiled
def rate_reads(
    variables: Any,
    positions: Any,
    masks: Any,
    named: Any,
    values: Any,
    lengths: Any,
    truth: Any,
    causal: bool,
    labels: int,
    ratings: Any,
) -> None:
    """Rate what heads copy that find positions through a variable.

    Args:
        variables: the candidates.
        positions: the number of each position.
        masks: `(predicates, query value, key value)`, 1 where the key is wanted.
        named: for each predicate, whether the query's variable names the key's position; otherwise the key's variable
            names the query's.
        values: `(sequences, positions)`, what is copied.
        lengths: of the sequences.
        truth: `(sequences, positions)` labels, -1 where none counts.
        causal: whether heads look to the left only.
        labels: how many labels there are.
        ratings: `(candidates, predicates)`, written.
    """
    copied = np.zeros(positions.size, np.uint8)
    cells = np.zeros((256, labels), np.int32)
    for candidate in range(len(variables)):
        for predicate in range(len(masks)):
            cells[:] = 0
            for sequence in range(len(lengths)):
                length = lengths[sequence]
                own = variables[candidate, sequence]
                queries = own if named[predicate] else positions
                keys = positions if named[predicate] else own
                attended(queries, keys, masks[predicate], values[sequence], length, causal, copied)
                for place in range(length):
                    if truth[sequence, place] >= 0:
                        cells[copied[place], truth[sequence, place]] += 1
            ratings[candidate, predicate] = cost_of(cells)


@compiled
def rate_pairs(
    variables: Any, first: Any, second: Any, truth: Any, labels: int, width: int, ratings: Any
) -> None:
    """Rate what a table over two variables could tell of the labels.

    Args:
        variables: what is paired.
        first: for each candidate, the first variable's number.
        second: the same for the second.
        truth: `(sequences, positions)` labels, -1 where none counts.
        labels: how many labels there are.
        width: values of a variable that are told apart.
        ratings: `(candidates,)`, written.
    """
    cells = np.zeros((width * width, labels), np.int32)
    for candidate in range(len(first)):
        cells[:] = 0
        for sequence in range(truth.shape[0]):
            for place in range(truth.shape[1]):
                label = truth[sequence, place]
                if label >= 0:
                    one = min(variables[first[candidate], sequence, place], width - 1)
                    two = min(variables[second[candidate], sequence, place], width - 1)
                    cells[one * width + two, label] += 1
        ratings[candidate] = cost_of(cells)


@compiled
def cost_of(cells: Any) -> float:
    """Return how many nats the labels cost once the cell is known, and to write down a label for each cell.

    Args:
        cells: `(cells, labels)`, how often they come together.
    """
    cost = 0.0
    labels = cells.shape[1]
    price = np.log(labels + 1.0)
    for cell in range(cells.shape[0]):
        total = 0
        for label in range(labels):
            total += cells[cell, label]
        if total == 0:
            continue
        cost += price
        for label in range(labels):
            count = cells[cell, label]
            if count:
                cost += count * np.log(total / count)
    return cost


@compiled
def combine(variables: Any, first: Any, second: Any, tables: Any, chosen: Any, found: Any) -> None:
    """Look up a table of two variables for each candidate: `tables` is `(tables, value, value)`."""
    top = tables.shape[1] - 1
    for candidate in range(len(first)):
        table = tables[chosen[candidate]]
        for sequence in range(variables.shape[1]):
            for place in range(variables.shape[2]):
                one = min(variables[first[candidate], sequence, place], top)
                two = min(variables[second[candidate], sequence, place], top)
                found[candidate, sequence, place] = table[one, two]


@compiled
def rate_latches(
    variables: Any,
    levels: Any,
    marks: Any,
    tokens: Any,
    symbols: int,
    lengths: Any,
    truth: Any,
    labels: int,
    width: int,
    support: int,
    ratings: Any,
) -> None:
    """Rate what can be told from a level and from events that, once seen, decide for good.

    An event is a value of the level that only ever comes with one label, or, where there is a mark, such a combination of the
    token, the mark, and the mark at the nearest earlier position on the same level.

    Args:
        variables: what levels and marks are taken from.
        levels: for each candidate, the level's number.
        marks: for each candidate, the mark's number; -1 for none.
        tokens: `(sequences, positions)`.
        symbols: how many tokens there are.
        lengths: of the sequences.
        truth: `(sequences, positions)` labels, -1 where none counts.
        labels: how many labels there are.
        width: values of a variable that are told apart.
        support: an event must have been seen so often.
        ratings: `(candidates, labels)`, for each label that events may decide for; written.
    """
    sequences, places = tokens.shape
    events = np.zeros((sequences, places), np.int32)
    combined = np.zeros((width * width * symbols, labels), np.int32)
    single = np.zeros((width, labels), np.int32)
    cells = np.zeros((2 * width, labels), np.int32)
    for candidate in range(len(levels)):
        level = variables[levels[candidate]]
        mark = variables[max(marks[candidate], 0)]
        marked = marks[candidate] >= 0
        combined[:] = 0
        single[:] = 0
        for sequence in range(sequences):
            for place in range(lengths[sequence]):
                label = truth[sequence, place]
                if label < 0:
                    continue
                single[level[sequence, place], label] += 1
                if marked:
                    before = 0
                    for key in range(place - 1, -1, -1):
                        if level[sequence, key] == level[sequence, place]:
                            before = key
                            break
                        if key == 0 and level[sequence, key] != level[sequence, place]:
                            # Nothing earlier matches: the own position is the last resort.
                            before = place
                    event = (mark[sequence, before] * width + mark[sequence, place]) * symbols
                    event += tokens[sequence, place]
                    events[sequence, place] = event
                    combined[event, label] += 1
        for label in range(labels):
            cells[:] = 0
            for sequence in range(sequences):
                decided = 0
                for place in range(lengths[sequence]):
                    own = truth[sequence, place]
                    if own < 0:
                        continue
                    if decided == 0:
                        row = single[level[sequence, place]]
                        decided = only(row, label, support)
                        if decided == 0 and marked:
                            row = combined[events[sequence, place]]
                            decided = only(row, label, support)
                    cells[decided * width + level[sequence, place], own] += 1
            ratings[candidate, label] = cost_of(cells)


@compiled
def only(counts: Any, label: int, support: int) -> int:
    """Tell (1 or 0) whether a label, seen often enough, is the only one."""
    if counts[label] < support:
        return 0
    for other in range(len(counts)):
        if other != label and counts[other]:
            return 0
    return 1
