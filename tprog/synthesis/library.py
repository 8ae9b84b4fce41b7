"""A library learned from solved tasks, and a curriculum that uses it: wake (solve), sleep (compress), again.

What was solved helps in three ways: as atoms; as functions, `tokens` abstracted to a variable; and as functions that
`stitch` (top-down corpus compression) finds in all solutions.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path

from tprog.files import read_text, write_text
from tprog.rasp.graph import Const, Map, Node, SOp, Tokens, walk
from tprog.rasp.module import graph_of
from tprog.rasp.printing import to_text
from tprog.synthesis.examples import Examples
from tprog.synthesis.parts import Effort, Step
from tprog.synthesis.selectors.batch import Kind
from tprog.synthesis.selectors.kinds import IllTyped, typed
from tprog.synthesis.selectors.levels import FunctionOfSOps
from tprog.synthesis.selectors.part import Settings, search
from tprog.synthesis.selectors.rewriting import replaced

MOST = 10
"""Atoms and functions that a task is given, at most: with more, each cost has too many programs."""

SOLUTIONS = 5
"""Solutions that are kept of a task: the shortest is not always the one that can be used again."""

LONGER = 0.5
"""For how much of the time until the first solution others are looked for."""

SMALLEST = 4
"""Nodes of a function's body, at least; what is smaller is found as fast without a name."""

LONGEST = 20_000
"""Characters of a program that is compressed: as a tree, what shares parts can be of any size."""

ARITY = 2
"""Arguments of a function, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A task that was solved.

    Attributes:
        name: of the task.
        graphs: the solutions, the first one found first.
        how: `scratch`, `atoms` or `functions`: what was needed.
        seconds: until the first one was found, in the way that found it.
    """

    name: str
    graphs: tuple[SOp, ...]
    how: str
    seconds: float


@dataclass(slots=True, eq=False)
class Curriculum:
    """What a curriculum has reached.

    Attributes:
        solved: by task, in the order in which they were solved.
        failed: for each task that was tried, the number of solved tasks then; it is tried again when there are more.
    """

    solved: dict[str, Solved] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as JSON, the graphs as RASP."""
        rows = [
            {
                "name": one.name,
                "how": one.how,
                "seconds": one.seconds,
                "rasp": [to_text({"result": graph}) for graph in one.graphs],
            }
            for one in self.solved.values()
        ]
        return json.dumps({"solved": rows, "failed": self.failed}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Curriculum":
        """Return what `to_json` wrote."""
        read = json.loads(text)
        found = cls(failed=read["failed"])
        for row in read["solved"]:
            graphs = tuple(graph_of(one) for one in row["rasp"])
            found.solved[row["name"]] = Solved(row["name"], graphs, row["how"], row["seconds"])
        return found


def curriculum(
    tasks: Sequence[tuple[str, Examples]],
    seconds: float,
    folder: Path | None = None,
    effort: Effort = Effort(),  # noqa: B008 - immutable
) -> Curriculum:
    """Solve tasks one after another, each with what was learned from those before, until none is solved any more.

    Args:
        tasks: in the order in which they are tried; a later one may need an earlier one.
        seconds: for each of the three ways to try a task.
        folder: where the state is kept after each task; a curriculum begins with what stands there.
        effort: when everything must end, whom to tell, the seed; its atoms are given to every task.

    Raises:
        FileProblem: the state cannot be read or written.
    """
    state = Curriculum()
    path = None if folder is None else folder / "curriculum.json"
    if path is not None and path.exists():
        state = Curriculum.from_json(read_text(path))
    going = True
    while going and not effort.over():
        going = False
        for name, examples in tasks:
            if name in state.solved or state.failed.get(name) == len(state.solved):
                continue
            found = wake(name, examples, _relevant(name, tasks, state), seconds, effort)
            if effort.over():
                break
            if found is None:
                state.failed[name] = len(state.solved)
            else:
                state.solved[name] = found
                going = True
            if path is not None:
                write_text(path, state.to_json())
    return state


def _relevant(name: str, tasks: Sequence[tuple[str, Examples]], state: Curriculum) -> list[Solved]:
    """Return the solved tasks, those over nearly the same tokens first, the latest of them first."""
    alphabets = {task: frozenset(examples.alphabet) for task, examples in tasks}
    own = alphabets[name]
    latest = reversed(state.solved.values())
    return sorted(latest, key=lambda one: len(own ^ alphabets.get(one.name, frozenset())))


def wake(
    name: str, examples: Examples, learned: Sequence[Solved], seconds: float, effort: Effort
) -> Solved | None:
    """Return solutions of a task: from scratch, else with atoms, else with functions as well; None where none helps."""
    atoms = (*effort.atoms, *((one.name, one.graphs[0]) for one in learned[:MOST]))
    for how in ("scratch", "atoms", "functions") if learned else ("scratch",):
        given = effort.atoms if how == "scratch" else atoms
        called = sleep(learned) if how == "functions" else ()
        start = time.process_time()
        end = [start + seconds]

        def over(end: list[float] = end) -> bool:
            return effort.over() or time.process_time() > end[0]

        trying = Effort(over, effort.report, effort.seed, given)
        effort.report(Step(f"curriculum: {name}", how, 0))
        graphs: list[SOp] = []
        spent = 0.0
        for candidate in islice(search(examples, trying, Settings(functions=called)), SOLUTIONS):
            if not graphs:
                spent = time.process_time() - start
                end[0] = min(end[0], start + spent + max(1.0, LONGER * spent))
            graphs.append(candidate.graph)
        if graphs:
            return Solved(name, tuple(graphs), how, round(spent, 2))
    return None


def sleep(learned: Sequence[Solved]) -> tuple[FunctionOfSOps, ...]:
    """Return functions of solved tasks: each first solution as one of its tokens, and what compresses all solutions."""
    own = [function for one in learned for function in of_tokens(one.name, one.graphs[0])]
    graphs = [graph for one in learned[:MOST] for graph in one.graphs]
    found: list[FunctionOfSOps] = []
    for one in [*own[: MOST // 2], *compressed(graphs), *own[MOST // 2 :]]:
        if all(one.graph != other.graph or one.takes != other.takes for other in found):
            found.append(one)
    return tuple(found[:MOST])


def hole(number: int) -> Const:
    """Return what stands for an argument in a function's body."""
    return Const(("argument", number))


def of_tokens(name: str, graph: SOp) -> Iterator[FunctionOfSOps]:
    """Yield a graph as a function of a text and of an int, where its types allow it, without its tokens."""
    body: Node = graph
    for read in (Map("int", (Tokens(),)), Tokens()):
        body = replaced(body, read, hole(0))
    if body != graph:
        yield from functions(name, body, 1)


def functions(name: str, body: Node, arity: int) -> Iterator[FunctionOfSOps]:
    """Yield a body for all kinds of its arguments that its types allow."""
    if len([*walk(body)]) < SMALLEST + arity:
        return
    kinds: tuple[Kind, ...] = ("int", "text", "bool", "selector")
    for takes in product(kinds, repeat=arity):
        try:
            expr = typed(body, takes)
        except IllTyped:
            continue
        if expr.kind != "selector" or arity == ARITY:
            yield FunctionOfSOps(name, takes, expr.kind, expr, body)


def compressed(graphs: Sequence[SOp]) -> list[FunctionOfSOps]:
    """Return the functions that shorten the graphs most, none where `stitch_core` is not installed.

    Each node is written as `(symbol argument …)`; the symbol holds everything but the arguments, so that a relation
    stays with its select.
    """
    try:
        from stitch_core import compress
    except ImportError:
        return []
    symbols: dict[str, Node] = {}
    texts: dict[Node, str] = {}
    for graph in graphs:
        for node in walk(graph):
            blank = _filled(node, [Const(0)] * len(node.parts))
            symbol = next((name for name, one in symbols.items() if one == blank), "")
            if not symbol:
                symbol = f"{type(node).__name__.lower()}_{len(symbols)}"
                symbols[symbol] = blank
            parts = [texts[part] for part in node.parts]
            text = f"({' '.join((symbol, *parts))})" if parts else symbol
            # Too long is as good as not there: no text.
            texts[node] = text if all(parts) and len(text) <= LONGEST else ""
    programs = [one for one in dict.fromkeys(texts[graph] for graph in graphs) if one]
    if len(programs) < 2:
        return []
    told = compress(programs, iterations=MOST, max_arity=ARITY, silent=True)
    bodies: dict[str, Callable[[list[Node]], Node]] = {}
    found: list[FunctionOfSOps] = []
    for one in told.abstractions:
        make = _reader(one.body, symbols, bodies)
        bodies[one.name] = make
        try:
            body = make([hole(number) for number in range(one.arity)])
        except IllTyped:
            continue
        found += functions(one.name, body, one.arity) if one.arity else ()
    return found


def _reader(
    text: str, symbols: dict[str, Node], bodies: dict[str, Callable[[list[Node]], Node]]
) -> Callable[[list[Node]], Node]:
    """Return what makes the graph of a body in prefix form, given its arguments."""
    words = text.replace("(", " ( ").replace(")", " ) ").split()

    def made(word: str, parts: list[Node]) -> Node:
        if word in bodies:
            return bodies[word](parts)
        # In stitch's lambda calculus an operation may be an argument, or wait for more arguments; here it may not.
        if word not in symbols or len(symbols[word].parts) != len(parts):
            raise IllTyped(f"{word} is no operation of {len(parts)} arguments")
        return _filled(symbols[word], parts)

    def read(arguments: list[Node], waiting: list[str]) -> Node:
        word = waiting.pop(0)
        if word.startswith("#"):
            number = int(word[1:])
            if number >= len(arguments):
                raise IllTyped(f"an argument {number} is missing")
            return arguments[number]
        if word != "(":
            return made(word, [])
        head = waiting.pop(0)
        if head == "(":
            raise IllTyped("an operation is the result of another")
        parts = []
        while waiting[0] != ")":
            parts.append(read(arguments, waiting))
        waiting.pop(0)
        return made(head, parts)

    return lambda arguments: read(arguments, list(words))


def _filled(blank: Node, parts: list[Node]) -> Node:
    """Return a node with its parts put in their places."""
    rest = iter(parts)
    fields = []
    for name in type(blank).__slots__:
        part = getattr(blank, name)
        if isinstance(part, Node):
            part = next(rest)
        elif isinstance(part, tuple) and part and isinstance(part[0], Node):
            part = tuple(next(rest) for _ in part)
        fields.append(part)
    return type(blank)(*fields)
