"""The portfolio: several ways to find a graph from examples, in turn, and one check of what they find.

Cheap ways get a few seconds each, then the rest of the time is shared. Whatever a part yields is held to all examples and,
where the task can be asked, to fresh and longer inputs; inputs that refute a candidate join the examples.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module

from tprog.errors import UsageError
from tprog.rasp.graph import Const, Map, SOp, Tokens, rewritten
from tprog.synthesis.asking import Judgement
from tprog.synthesis.clock import working
from tprog.synthesis.examples import Example, Examples, looks_left, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Over, Part, Step, never, size
from tprog.synthesis.shortening import shortened
from tprog.synthesis.tidy import tidied

PARTS: Mapping[str, str] = {
    "automata": "tprog.synthesis.automata.part",
    "positions": "tprog.synthesis.positions",
    "vectors": "tprog.synthesis.vectors.part",
    "guided": "tprog.synthesis.guided",
}
"""The parts that may be asked for, with the module whose `candidates` each is."""

DEFAULT = ("automata", "positions", "vectors")
"""The parts that run where nobody chooses, in their order; docs/synthesis.md says what the others are worth."""

SHARES = {"automata": 0.15, "positions": 0.15}
"""How much of all seconds a part has at most; the others divide what is left. These two mostly end by themselves."""

PLAIN = 14
"""A graph of at most this size ends the search at once; `size` counts."""

SHORT, PATIENCE = 60, 3.0
"""A graph of at most this size is good enough: a shorter one is looked for as long again as this one took (so many seconds at
least), once for each `PLAIN` of its size. A larger one is a table that hides something, and the search goes on."""

INTEGERS = Map("int", (Tokens(),))
"""The tokens as integers."""

TRIES = 200
"""So many candidates of a part may be wrong before it ends: it has understood nothing then."""

TOLD = 10
"""So many refuted candidates are told."""

REMEMBERED = 50
"""So many wrong candidates are rated for the best partial one."""

REFUTED = 5
"""After so many candidates that only fresh inputs refuted, a part begins again with these among its examples."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A graph that is right on all examples, and on every fresh input within the domain that was tried.

    It tells which part found it, in one word and in several, and after how many seconds; what fresh inputs say of it, where
    anybody could be asked; and which cells of its tables no example decided.
    """

    graph: SOp
    part: str
    how: str
    size: int
    seconds: float
    judgement: Judgement | None = None
    unseen: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[bool, int, float]:
        """What is better comes first: right on longer inputs too, smaller (cells that nothing decided count), found earlier."""
        too_short = self.judgement is not None and bool(self.judgement.too_long)
        return too_short, self.size + len(self.unseen), self.seconds


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """The best of what was not right: so many of the examples."""

    graph: SOp
    how: str
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class Refuted:
    """A graph that was right on all examples and that the task itself refuted, with an input that did."""

    graph: SOp
    how: str
    example: Example


@dataclass(eq=False)
class Synthesis:
    """What a search found, the best first.

    Attributes:
        examples: those it was held to at the end, with what refuted candidates.
        refuted: what the task refuted, the first few.
        seconds, candidates: what each part took, and how many programs it looked at.
    """

    examples: Examples
    solutions: list[Solution] = field(default_factory=list)
    partial: Partial | None = None
    refuted: list[Refuted] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    candidates: dict[str, int] = field(default_factory=dict)

    @property
    def best(self) -> Solution | None:
        """The solution to take, None where nothing was found."""
        return self.solutions[0] if self.solutions else None


def as_given(graph: SOp) -> SOp:
    """Return the graph with the tokens as they are given instead of as integers, where it needs nothing else of them."""
    return rewritten(graph, lambda node: Tokens() if node == INTEGERS else node)


def part_named(name: str) -> Part:
    """Return a part.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in PARTS:
        raise UsageError(f"there is no part {name!r}; the parts are {', '.join(PARTS)}")
    found: Part = import_module(PARTS[name]).candidates
    return found


@dataclass(eq=False)
class Portfolio:
    """One search.

    Attributes:
        examples: what to be right on.
        seconds: of the processor, for everything; parts and patience count these, so that other work on the machine changes
            nothing.
        parts: which ones, by name.
        judge: asks the task about fresh inputs; None where nobody can be asked.
        should_stop: whether somebody wants the search to end.
        report: told what the parts do, with the best solution so far.
        seed: of every random choice.
        atoms: graphs that the parts may use at cost 1; see `Effort`.
        waits: seconds on the wall after which the search ends all the same.
    """

    examples: Examples
    seconds: float = 60.0
    parts: Mapping[str, Part] = field(default_factory=dict)
    judge: Callable[[SOp], Judgement] | None = None
    should_stop: Over = never
    report: Callable[[Step, Solution | None], None] | None = None
    seed: int = 0
    atoms: tuple[tuple[str, SOp], ...] = ()
    waits: float = float("inf")

    def run(self) -> Synthesis:
        """Search until a graph is small and right, or the time is over; compiling kernels, once on a machine, is not counted."""
        self._found, self._looked, self._enough = Synthesis(self.examples), 0, float("inf")
        self._guess()
        parts = self.parts or {name: part_named(name) for name in DEFAULT}
        names = [*parts]
        with working() as self._clock:
            for place, name in enumerate(names):
                began = self._clock.now
                open_ = sum(one not in SHARES for one in names[place + 1 :])
                until = began + (self.seconds - began) / (1 + open_)
                if name in SHARES and open_:
                    until = min(began + SHARES[name] * self.seconds, self.seconds)
                # A part begins again where its examples were too few.
                while not self._over(until) and self._round(name, parts[name], until):
                    pass
                self._found.seconds[name] = self._clock.now - began
        return self._found

    def _over(self, until: float) -> bool:
        if self.should_stop() or self._clock.waited >= self.waits:
            return True
        return self._clock.now >= min(until, self._enough)

    def _round(self, name: str, part: Part, until: float) -> bool:
        """Hold a part's candidates to the examples and the judge; return whether it should begin again."""
        looked = 0

        def tell(step: Step) -> None:
            nonlocal looked
            total = self._found.candidates.get(name, 0) + step.candidates - looked
            self._found.candidates[name], looked = total, step.candidates
            if self.report is not None:
                self.report(step, self._found.best)

        effort = Effort(lambda: self._over(until), tell, self.seed, self.atoms)
        wrong, refutations = 0, list[Example]()
        refused = 0
        for candidate in part(self._found.examples, effort):
            found = self._checked(name, candidate)
            if isinstance(found, Solution):
                self._keep(found)
            elif found:
                refutations += found
                refused += 1
            elif found is not None:
                wrong += 1
            if wrong >= TRIES or self._over(until):
                break
            if refused >= REFUTED:
                self._grow(refutations)
                return True
        self._grow(refutations)
        return False

    def _checked(self, name: str, candidate: Candidate) -> Solution | tuple[Example, ...] | None:
        """Return a solution, or what refutes a candidate: nothing where the examples do already.

        None of one that is right in a way that is not wanted: it looks to the right.
        """
        examples = self._found.examples
        if wrong_rows(candidate.graph, examples, 1):
            self._remember(candidate)
            return ()
        if examples.causal and not looks_left(candidate.graph, examples.rows):
            return None
        for plain in (tidied(as_given(candidate.graph)), tidied(candidate.graph)):
            if not wrong_rows(plain, examples, 1):
                shorter = shortened(plain, examples)
                right = not wrong_rows(shorter, examples, 1)
                candidate = replace(candidate, graph=shorter if right else plain)
                break
        judgement = None if self.judge is None else self.judge(candidate.graph)
        if judgement is not None and judgement.refuted:
            if len(self._found.refuted) < TOLD:
                refuted = Refuted(candidate.graph, candidate.how, judgement.refuted[0])
                self._found.refuted.append(refuted)
            return judgement.refuted
        return Solution(
            candidate.graph,
            name,
            candidate.how,
            size(candidate.graph),
            round(self._clock.now, 2),
            judgement,
            candidate.unseen,
        )

    def _guess(self) -> None:
        """Remember the label that is right on most examples, where it is the same at all positions of some."""
        single = Counter(
            one.pop()
            for row in self.examples.rows
            if len(one := {label for label in row.labels if label is not None}) == 1
        )
        for label, _ in single.most_common(1):
            self._remember(Candidate(Const(label), "the most frequent label"))

    def _remember(self, candidate: Candidate) -> None:
        self._looked += 1
        if self._looked > REMEMBERED:
            return
        rows = self._found.examples.rows
        right = len(rows) - len(wrong_rows(candidate.graph, self._found.examples))
        if self._found.partial is None or right > self._found.partial.right:
            self._found.partial = Partial(candidate.graph, candidate.how, right)

    def _keep(self, solution: Solution) -> None:
        known = [one for one in self._found.solutions if one.graph != solution.graph]
        self._found.solutions = sorted([*known, solution], key=lambda one: one.rank)
        self._settle()

    def _settle(self) -> None:
        """Set when the best solution is good enough to end the search."""
        best, self._enough = self._found.best, float("inf")
        if best is None or best.rank[0] or best.size > SHORT:
            return
        times = 0.0 if best.size <= PLAIN else best.size / PLAIN
        patience = times * max(best.seconds, PATIENCE)
        self._enough = best.seconds + patience

    def _grow(self, rows: list[Example]) -> None:
        """Take refutations among the examples; solutions that these refute are none."""
        examples = self._found.examples
        known = {*examples.rows}
        new = [row for row in dict.fromkeys(rows) if row not in known]
        if new:
            self._found.examples = examples.some((*examples.rows, *new))
            self._found.solutions = [
                one
                for one in self._found.solutions
                if not wrong_rows(one.graph, examples.some(new), 1)
            ]
            self._settle()


def kinds(parts: str | None) -> Iterator[str]:
    """Yield the names of `automata,vectors`; those that run by default where it is None.

    Raises:
        UsageError: one of them is none.
    """
    for name in DEFAULT if parts is None else parts.split(","):
        part_named(name.strip())
        yield name.strip()
