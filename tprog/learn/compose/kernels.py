"""What many candidates write, and how much of the labels they tell, in compiled loops.

What the functions work on has the same names everywhere:

- `variables`: `(variables, sequences, positions)` bytes; positions after a sequence's end hold 0;
- `picked`, `first`, `second`, `numbers`, `marks`: for each candidate, which variable it reads;
- `masks`: `(predicates, query value, key value)`, 1 where the key is wanted; `chosen`: each candidate's predicate;
- `causal`: for each predicate, or for all, whether keys after the query are out of sight;
- `lengths`: of the sequences; `truth`: `(sequences, positions)` labels, -1 where none counts; `labels`: how many;
- `width`: values of a variable that are told apart;
- `found`, `ratings`: written, a row for each candidate.
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled


@compiled
def count_keys(
    variables: Any, picked: Any, masks: Any, causal: Any, chosen: Any, lengths: Any, found: Any
) -> None:
    """Count, for each candidate, the keys that every position wants; query and key are the same variable."""
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
    """Write what heads copy; `picked` is `(candidates, 3)`: query, key and value."""
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
    """Rate what heads copy of `values` that find positions through a variable, each with every predicate.

    Where a predicate is `named`, the query's variable names the key's position; otherwise the key's variable names the
    query's.
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
    """Rate what a table over two variables could tell of the labels."""
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

    `cells` says how often a cell and a label come together.
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
def rate_events(
    variables: Any,
    numbers: Any,
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
    """Rate running numbers, such as the depth of brackets, together with events after which one label stays to the end.

    An event is a value of the running number that, `support` times at least, came with one label alone; where there is
    a mark (otherwise -1), also such a combination of the token, the mark, and the mark at the nearest earlier position
    with the same running number. Ratings are `(candidates, labels)`, for each label that events may decide for.
    """
    events = np.zeros(tokens.shape, np.int32)
    combined = np.zeros((width * width * symbols, labels), np.int32)
    single = np.zeros((width, labels), np.int32)
    cells = np.zeros((2 * width, labels), np.int32)
    for candidate in range(len(numbers)):
        number = variables[numbers[candidate]]
        mark = variables[max(marks[candidate], 0)]
        marked = marks[candidate] >= 0
        combined[:] = 0
        single[:] = 0
        for sequence in range(len(tokens)):
            for place in range(lengths[sequence]):
                label = truth[sequence, place]
                if label < 0:
                    continue
                single[number[sequence, place], label] += 1
                if marked:
                    # Where nothing earlier matches, the own position is the last resort.
                    before = place
                    for key in range(place - 1, -1, -1):
                        if number[sequence, key] == number[sequence, place]:
                            before = key
                            break
                    event = (mark[sequence, before] * width + mark[sequence, place]) * symbols
                    event += tokens[sequence, place]
                    events[sequence, place] = event
                    combined[event, label] += 1
        for label in range(labels):
            cells[:] = 0
            _count_decided(
                number, events, marked, lengths, truth, single, combined, label, support, cells
            )
            ratings[candidate, label] = cost_of(cells)


@compiled
def _count_decided(
    number: Any,
    events: Any,
    marked: bool,
    lengths: Any,
    truth: Any,
    single: Any,
    combined: Any,
    label: int,
    support: int,
    cells: Any,
) -> None:
    """Count labels by the running number, and by whether an event has decided for one label; `cells` is added to."""
    width = len(single)
    for sequence in range(len(truth)):
        decided = 0
        for place in range(lengths[sequence]):
            own = truth[sequence, place]
            if own < 0:
                continue
            if decided == 0:
                decided = only(single[number[sequence, place]], label, support)
            if decided == 0 and marked:
                decided = only(combined[events[sequence, place]], label, support)
            cells[decided * width + number[sequence, place], own] += 1


@compiled
def only(counts: Any, label: int, support: int) -> int:
    """Tell (1 or 0) whether a label, seen often enough, is the only one."""
    if counts[label] < support:
        return 0
    for other in range(len(counts)):
        if other != label and counts[other]:
            return 0
    return 1
