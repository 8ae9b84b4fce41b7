"""What a search is asked for and what it reports. Owns settings, progress and results; refuses to search."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tprog.errors import UsageError
from tprog.ir import Program

Stop: TypeAlias = Literal["rounds", "perfect", "seconds", "asked", "interrupted"]


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How a search goes about it. Equal settings give equal results, whatever `threads` is, unless `seconds` cuts in.

    Attributes:
        rounds: rounds of re-deriving, annealing and refitting, at least 1.
        schedule: rounds in which the temperature falls and starts are dropped; None for `rounds`. A search that ends
            earlier did what the first rounds of a longer one do; one that goes on heats up and cools again.
        proposals: random changes a round.
        sweep: share of the modules that a round re-derives, from 0 to 1.
        tries: how many of the best-rated candidates for a module are tried.
        cost_sequences: sequences on which candidates are rated.
        seed: of all random numbers.
        threads: starts that are worked on at once.
        seconds: stop after this time, with the best so far; None for no limit.
        temperature: of the annealing at first, in nats per scored position; it falls linearly.
        cooling: share of the rounds after which the temperature is 0.
        halvings: how often the worse half of the starts is dropped, by validation accuracy.
        window: sequences that a round anneals on; windows rotate.
        most_sequences: training sequences that are used at all.
        fit_places: scored positions that the classifier is fitted on in each round.
        fit_steps: quasi-Newton steps of a fit.
        last_places, last_steps: the same for the last fit.
        l2: weight of the squared votes, in nats.
        tables, symbolic, boxes, heads: see `tprog.learn.search.moves.Rates`.
        sets: whether a query may want several keys, or none.
        causal_heads: whether single heads may turn causal and back.
    """

    rounds: int = 40
    schedule: int | None = None
    proposals: int = 1500
    sweep: float = 1.0
    tries: int = 4
    cost_sequences: int = 512
    seed: int = 0
    threads: int = 2
    seconds: float | None = None
    temperature: float = 0.002
    cooling: float = 0.7
    halvings: int = 2
    window: int = 2048
    most_sequences: int = 16384
    fit_places: int = 12_000
    fit_steps: int = 25
    last_places: int = 60_000
    last_steps: int = 300
    l2: float = 1e-5
    tables: float = 0.6
    symbolic: float = 0.05
    boxes: float = 0.3
    heads: float = 0.05
    sets: bool = False
    causal_heads: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges.

        Raises:
            UsageError: with the setting's name.
        """
        least = {"proposals": 0, "seed": 0, "halvings": 0, "fit_steps": 1, "last_steps": 1}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, int) and not isinstance(value, bool):
                if value < least.get(name, 1):
                    raise UsageError(
                        f"search: {name} is {value}; the least is {least.get(name, 1)}"
                    )
            elif name == "sweep" and value > 1:
                raise UsageError(f"search: sweep is {value}; give a share from 0 to 1")
            elif isinstance(value, float) and not 0 <= value < float("inf"):
                raise UsageError(f"search: {name} is {value}; give a number from 0 up")

    @property
    def cycle(self) -> int:
        """The rounds in which the temperature falls once."""
        return self.rounds if self.schedule is None else self.schedule


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """One round of one start.

    Attributes:
        start: which start, from 0.
        round: rounds done, from 1.
        rounds: rounds in all.
        loss: mean cross-entropy on the round's window, in nats per scored position.
        train_accuracy: share of right predictions there, from 0 to 1.
        validation_accuracy: the same on validation data, before votes are rounded.
        temperature: of the round.
        seconds: since the search began.
        best: the greatest validation accuracy of any start so far.
    """

    start: int
    round: int
    rounds: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    temperature: float
    seconds: float
    best: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        program: the best Program by validation accuracy, with integer votes.
        validation_accuracy: of that Program, from 0 to 1.
        train_accuracy: the same on the training sequences that were used.
        start: which start it came from.
        rounds: rounds done in all; as many, and the same settings otherwise, find the same Program.
        seconds: the time taken.
        stopped: why the search ended: all `rounds` were done, a `perfect` program was found, `seconds` were over, the
            caller `asked`, or the keyboard `interrupted`.
    """

    program: Program
    validation_accuracy: float
    train_accuracy: float
    start: int
    rounds: int
    seconds: float
    stopped: Stop
