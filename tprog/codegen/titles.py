"""The names of the functions of operations: their own, but for heads of text programs that ask for the same place."""

import builtins
import keyword
from itertools import takewhile

from tprog.ir import ByScore, CategoricalHead, Compare, Program, TextRule
from tprog.ir.names import RESERVED


def function_titles(program: Program) -> tuple[str, ...]:
    """Return the name of each operation's function.

    Where a Program has rules on the text of words, heads of a layer that compare the same query and key alike share a
    function, named by what their names end in: `shape_left_1` and `tag_left_1` ask `left_1`.
    """
    titles = list(program.names[len(program.inputs) :])
    if not any(isinstance(part, TextRule) for part in program.inputs):
        return tuple(titles)
    alike: dict[object, list[int]] = {}
    for number, (head, layer) in enumerate(zip(program.operations, program.layers, strict=True)):
        if not isinstance(head, CategoricalHead) or isinstance(head.tie, ByScore) or head.notes:
            continue
        if isinstance(head.predicate, Compare):
            alike.setdefault((head.query, head.key, head.predicate, layer), []).append(number)
    taken = {*program.names, *RESERVED, *dir(builtins), *keyword.kwlist}
    for numbers in alike.values():
        shared = _common_end([titles[number] for number in numbers])
        if len(numbers) > 1 and shared.isidentifier() and shared not in taken:
            taken.add(shared)
            for number in numbers:
                titles[number] = shared
    return tuple(titles)


def _common_end(names: list[str]) -> str:
    """Return in how many of their words, between underscores, all names end alike."""
    words = zip(*(reversed(name.split("_")) for name in names), strict=False)
    found = [each[0] for each in takewhile(lambda each: len({*each}) == 1, words)]
    return "_".join(reversed(found))
