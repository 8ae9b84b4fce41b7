"""The part of the portfolio: candidates by cost, each right on every example."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.synthesis.parts import Candidate, Effort, Step
from tprog.synthesis.selectors.bank import Bank, Expr, graph_of
from tprog.synthesis.selectors.batch import FEWEST, SEQUENCES, batch_of, chosen
from tprog.synthesis.selectors.decisions import Decisions
from tprog.synthesis.selectors.goals import Goal, LookAhead
from tprog.synthesis.selectors.kernels import WIDE
from tprog.synthesis.selectors.levels import (
    ALL_PRUNING,
    Pruning,
    grammar_of,
    leaves,
    level,
)
from tprog.synthesis.selectors.rewriting import TooLarge, completed, lightened

NAME = "selectors"

FIRST_LOOK = 3
"""The cost from which goals are inverted: before it there are hardly any selectors."""

RESTARTS = 3
"""Times that the bank is built anew with counterexamples among its sequences."""

CHECKED = 400
"""Examples that a candidate is checked on between two looks at the clock."""

COUNTEREXAMPLES = 8
"""Short examples that candidates got wrong, after which the bank is built anew."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How far the search goes.

    Attributes:
        largest: the greatest cost that is enumerated.
        look_ahead: whether goals are inverted after each cost.
        pruning: what is left out.
        functions: of a library.
    """

    largest: int = 14
    look_ahead: bool = True
    pruning: Pruning = field(default=ALL_PRUNING)
    functions: tuple[SOp, ...] = ()


USUAL = Settings()


class _Over(Exception):
    """The effort is over."""


class _Restart(Exception):
    """Enough counterexamples were found for a better batch."""


def candidates(examples: Examples, effort: Effort) -> Iterator[Candidate]:
    """Yield programs found bottom-up, the smallest first.

    Behaviours are compared on at most `SEQUENCES` examples of at most 8 tokens; the others only check. Where there are
    hardly any so short, it yields nothing.
    """
    return search(examples, effort, USUAL)


def search(examples: Examples, effort: Effort, settings: Settings) -> Iterator[Candidate]:
    """Yield what `candidates` does, under settings."""
    rows = chosen(examples, effort.seed)
    if len(rows) < FEWEST:
        return
    told: set[SOp] = set()
    for attempt in range(RESTARTS + 1):
        run = _Run(examples, effort, settings, rows, attempt == RESTARTS)
        try:
            for candidate in run.found():
                if candidate.graph not in told:
                    told.add(candidate.graph)
                    yield candidate
            return
        except _Over:
            return
        except _Restart:
            rows = [*run.counterexamples, *rows][:SEQUENCES]


class _Run:
    """One bank on one batch."""

    def __init__(
        self,
        examples: Examples,
        effort: Effort,
        settings: Settings,
        rows: list[Example],
        last: bool,
    ) -> None:
        self.examples, self.effort, self.settings, self.last = examples, effort, settings, last
        texts = frozenset(
            constant for _, graph in effort.atoms for constant in _texts(graph, examples)
        )
        self.batch = batch_of(rows, examples, texts)
        self.bank = Bank(self.batch, settings.pruning.equivalence, examples.causal)
        self.grammar = grammar_of(examples, self.bank, settings.functions, settings.pruning)
        self.counterexamples: list[Example] = []
        self.known = {row.tokens for row in rows}
        self.refuted: set[SOp] = set()
        by_length = sorted(examples.rows, key=lambda row: len(row.tokens))
        starts = range(0, len(by_length), CHECKED)
        self.parts = [examples.some(by_length[one : one + CHECKED]) for one in starts]

    def pause(self) -> None:
        """Raise where the effort is over."""
        if self.effort.over():
            raise _Over

    def found(self) -> Iterator[Candidate]:
        """Yield candidates, cost by cost: what the bank holds, cheap goals, then pairs."""
        batch, bank = self.batch, self.bank
        look = LookAhead(bank, self.grammar.moduli, self.pause)
        decisions = Decisions(look)
        goal = Goal(batch.kind, batch.target, batch.asked, lambda expr: expr, "")
        for cost in range(1, self.settings.largest + 1):
            self.pause()
            if cost == 1:
                new = leaves(bank, self.grammar, self.effort.atoms)
            else:
                new = level(bank, self.grammar, cost, self.pause)
            for expr in new:
                if expr.kind == batch.kind and self.fits(expr):
                    yield from self.checked(expr, "enumeration")
            if cost >= FIRST_LOOK and self.settings.look_ahead:
                for way in (look.cheap, decisions.all, look.pairs, decisions.residues):
                    for expr, how in way(goal):
                        if self.fits(expr):
                            yield from self.checked(expr, how)
            self.effort.report(Step(NAME, f"cost {cost}", bank.tried))

    def fits(self, expr: Expr) -> bool:
        """Whether an expression has the labels on the batch, as far as rows can tell."""
        row = self.bank.row(expr)
        return row is None or bool(((row == self.batch.target) | ~self.batch.asked).all())

    def checked(self, expr: Expr, how: str) -> Iterator[Candidate]:
        """Yield an expression where it is right on all examples; else keep a short counterexample."""
        graph = graph_of(expr)
        assert isinstance(graph, SOp)
        if graph in self.refuted:
            return
        try:
            whole, unseen = completed(graph, self.parts, self.pause)
        except (TooLarge, RaspError):
            return
        wrong = self.wrong(whole)
        if wrong is None:
            light = lightened(whole, lambda one: self.wrong(one) is None)
            yield Candidate(light, f"{NAME}: {how}", unseen)
            return
        self.refuted.add(graph)
        if len(wrong.tokens) <= WIDE and wrong.tokens not in self.known and not self.last:
            self.known.add(wrong.tokens)
            self.counterexamples.append(wrong)
            if len(self.counterexamples) >= COUNTEREXAMPLES:
                raise _Restart

    def wrong(self, graph: SOp) -> Example | None:
        """Return an example on which a graph is wrong, among the shortest; None where it is right on all."""
        for part in self.parts:
            self.pause()
            wrong = wrong_rows(graph, part, most=1)
            if wrong:
                return part.rows[wrong[0]]
        return None


def _texts(graph: SOp, examples: Examples) -> set[str]:
    """Return the texts that an atom holds on the examples."""
    try:
        rows = evaluate(graph, [one.tokens for one in examples.rows])
    except RaspError:
        return set()
    return {value for row in rows for value in row if isinstance(value, str)}
