"""Learning a Mealy machine from labelled sequences: states of a prefix tree are merged (blue-fringe)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tprog.synthesis.automata.machine import Machine, minimal
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import Over

MOST_LETTERS = 120
"""With more letters a table is no explanation."""

MOST_STATES = 30
"""So many states are found before it is given up: counts without bound look like ever more of them."""

EVIDENCE = 4
"""So many labels, of distinct beginnings, are asked for each cell of a table."""

SHORTER = (3, 4)
"""States are merged on so much of each sequence; what is learned must be right on all of it. A machine that only fits has
states for the lengths that it saw and fails beyond."""

Change = tuple[list[Any], int, Any]
"""A list, a place in it and what stood there."""


def learned(examples: Examples, over: Over) -> Machine | None:
    """Return a machine that reads from left to right and gives all labels that are wanted; None where none is found.

    `over` is asked now and then.
    """
    if len(examples.alphabet) > MOST_LETTERS:
        return None
    part, whole = SHORTER
    shorter = examples.some(
        Example(row.tokens[:end], row.labels[:end])
        for row in examples.rows
        for end in [-(-len(row.tokens) * part // whole)]
    )
    # A state that is never left, with one label for ever, is found first where there is one: most words end in it.
    counts = Counter(one for row in examples.rows for one in row.labels if one is not None)
    often = sorted(counts, key=lambda one: (-counts[one], one)) if len(counts) <= 2 else []
    for constant in (*often, None):
        if over():
            return None
        found = merge_states(shorter, constant, over)
        if found is not None and right(found, examples) and _supported(found, examples):
            return found
    return None


def right(machine: Machine, examples: Examples) -> bool:
    """Tell whether a machine gives every wanted label."""
    return all(
        wanted in (None, given)
        for row in examples.rows
        for wanted, given in zip(row.labels, machine.run(row.tokens), strict=True)
    )


def _supported(machine: Machine, examples: Examples) -> bool:
    """Tell whether there are enough labels for a machine of this size."""
    cells = sum(one is not None for row in machine.labels for one in row)
    labelled = {
        row.tokens[:end]
        for row in examples.rows
        for end, wanted in enumerate(row.labels, start=1)
        if wanted is not None
    }
    return len(labelled) >= EVIDENCE * cells


@dataclass(slots=True)
class _Tree:
    """A prefix tree whose nodes are merged: the child of a node by letter (-1 for none), the label there, how many nodes are below."""

    following: list[list[int]]
    labels: list[list[str | None]]
    size: list[int]


def _prefix_tree(examples: Examples) -> _Tree | None:
    """Return the tree of the examples' beginnings; None where two have different labels at one."""
    width = len(examples.alphabet)
    place = {letter: number for number, letter in enumerate(examples.alphabet)}
    tree = _Tree([[-1] * width], [[None] * width], [1])
    for row in examples.rows:
        node = 0
        for token, wanted in zip(row.tokens, row.labels, strict=True):
            letter = place[token]
            if tree.following[node][letter] < 0:
                tree.following[node][letter] = len(tree.size)
                tree.following.append([-1] * width)
                tree.labels.append([None] * width)
                tree.size.append(1)
            known = tree.labels[node][letter]
            if None not in (known, wanted) and known != wanted:
                return None
            tree.labels[node][letter] = wanted if known is None else known
            node = tree.following[node][letter]
    for node in reversed(range(len(tree.size))):
        tree.size[node] += sum(tree.size[child] for child in tree.following[node] if child >= 0)
    return tree


def merge_states(examples: Examples, constant: str | None, over: Over) -> Machine | None:
    """Return a machine that gives all labels, by evidence-driven merging of states in the blue-fringe order.

    Args:
        examples: labels may be None.
        constant: a node below which every label is this one is merged with others of its kind before any other.
        over: asked before each merge.

    Returns:
        None if two examples contradict each other, more than `MOST_STATES` are found, or `over`.
    """
    tree = _prefix_tree(examples)
    if tree is None:
        return None
    red = [0]
    still: int | None = None
    while True:
        blue = {
            tree.following[node][letter]: (node, letter)
            for node in red
            for letter in range(len(examples.alphabet))
            if tree.following[node][letter] >= 0
        }
        waiting = [node for node in blue if node not in red]
        if not waiting:
            return _machine_of(tree, red, examples, still)
        if len(red) > MOST_STATES or over():
            return None
        # The largest subtree says most about whether a merge is right.
        node = max(waiting, key=lambda one: (tree.size[one], -one))
        if constant is not None and _is_constant(tree, node, constant):
            if still is None:
                still = node
                red.append(node)
            else:
                _fold(tree, still, node, blue[node], [])
            continue
        best: tuple[int, int] | None = None
        for candidate in red:
            undo: list[Change] = []
            score = _fold(tree, candidate, node, blue[node], undo)
            for cells, place, before in reversed(undo):
                cells[place] = before
            if score is not None and (best is None or score > best[0]):
                best = score, candidate
        if best is None:
            red.append(node)
        else:
            _fold(tree, best[1], node, blue[node], [])


def _is_constant(tree: _Tree, root: int, label: str) -> bool:
    """Tell whether every label below a node is this one."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if any(one not in (None, label) for one in tree.labels[node]):
            return False
        waiting += [child for child in tree.following[node] if child >= 0]
    return True


def _fold(
    tree: _Tree, into: int, root: int, edge: tuple[int, int], undo: list[Change]
) -> int | None:
    """Merge a subtree into a node, and whatever follows from that; note every change.

    Returns:
        How many labels agreed; None as soon as two contradict each other.
    """

    def put(cells: list[Any], place: int, value: Any) -> None:
        undo.append((cells, place, cells[place]))
        cells[place] = value

    put(tree.following[edge[0]], edge[1], into)
    waiting = [(into, root)]
    agreed = 0
    while waiting:
        kept, gone = waiting.pop()
        put(tree.size, kept, tree.size[kept] + tree.size[gone])
        labels, following = tree.labels[kept], tree.following[kept]
        for letter, child in enumerate(tree.following[gone]):
            if child < 0:
                continue
            wanted = tree.labels[gone][letter]
            if labels[letter] is None:
                put(labels, letter, wanted)
            elif wanted is not None:
                if labels[letter] != wanted:
                    return None
                agreed += 1
            if following[letter] < 0:
                put(following, letter, child)
            else:
                waiting.append((following[letter], child))
    return agreed


def _machine_of(tree: _Tree, red: list[int], examples: Examples, still: int | None) -> Machine:
    """Return the machine of the nodes that are left; what was never seen leads nowhere and has no label."""
    number = {node: place for place, node in enumerate(red)}
    rows = []
    for node in red:
        nowhere = number[node if still is None else still]
        rows.append(tuple(number.get(child, nowhere) for child in tree.following[node]))
    labels = tuple(tuple(tree.labels[node]) for node in red)
    return minimal(Machine(examples.alphabet, tuple(rows), labels))
