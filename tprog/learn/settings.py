"""What a training is asked for and what it reports: settings, progress, errors, and the recipe for a task."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from tprog.errors import TprogError, UsageError
from tprog.learn.layout import NetworkSizes
from tprog.tasks.task import Modules, Task

Phase: TypeAlias = Literal[
    "synthesis", "warm start", "search", "distillation", "classifier", "standard"
]


# What makes the steps of a warm start.
Engine: TypeAlias = Literal["torch", "batched", "fused"]


class Diverged(TprogError):
    """Training produced numbers that are not finite, or a loss without bound."""

    slug = "diverged"


class RunProblem(TprogError):
    """A run folder cannot be written to as asked."""

    slug = "run-folder"


@dataclass(frozen=True, slots=True)
class WarmStartSettings:
    """The gradient part of training (paper, section 3.1): short, since the discrete search follows.

    Attributes:
        epochs: passes over the training sequences, at least 1.
        batch: sequences a step, at least 1.
        rate: Adam's learning rate, above 0.
        first_temperature: of the Gumbel-softmax in the first step, above 0.
        last_temperature: in the last step, above 0; it falls geometrically.
        engine: `torch` differentiates automatically; `batched` does so for all warm starts at once, on a GPU where there
            is one; `fused` does the same in compiled kernels, on a CPU several times as fast.
            Their noise differs, and so do their results. Heads that learn scores take `torch` in any case.
    """

    epochs: int = 15
    batch: int = 64
    rate: float = 0.05
    first_temperature: float = 3.0
    last_temperature: float = 0.01
    engine: Engine = "fused"

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name and range.
        """
        for name in ("epochs", "batch"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; the least is 1")
        for name in ("rate", "first_temperature", "last_temperature"):
            if not 0 < getattr(self, name) < float("inf"):
                raise UsageError(f"{name} is {getattr(self, name)}; give a number above 0")
        if self.engine not in get_args(Engine):
            raise UsageError(f"engine is {self.engine!r}; choose 'torch', 'batched' or 'fused'")


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    """How long an algorithm is looked for, from which seed.

    Attributes:
        seconds: for all parts of the portfolio; 0 for none. A machine of another speed may find another algorithm.
        distil: the same for the second search, with what an almost right Program computes.
        seed: of every random choice.
    """

    seconds: float = 20.0
    distil: float = 20.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name.
        """
        for name in ("seconds", "distil"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise UsageError(
                    f"synthesis: {name} is {getattr(self, name)}; give a number from 0 up"
                )


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
        tables, symbolic, boxes, heads: see `tprog.learn.search.anneal.Rates`.
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
class TrainSettings:
    """How a Program is learned. Equal settings give equal Programs.

    Attributes:
        sizes: of the network; None for the task's recipe, `recipe_sizes`.
        synthesis: the first part, an algorithm that is compiled; None for the recipe. Its seed is set from here.
        warm_start: the gradient part; None for the task's recipe.
        seed: of the weights, the noise and the search, at least 0.
        data_seed: of the sequences and their split, at least 0.
        samples: distinct sequences in all three splits; None for the task's own number.
        restarts: warm starts from different weights, at least 1.
        drop_after: share of the epochs, from 0 to 1, after which the weaker half of the warm starts is dropped by
            validation accuracy; 1 keeps all to the end.
        keep: warm starts that the search goes on with, at least 1.
        search: of the discrete search; None for the task's recipe. Its seed and threads are set from here.
        search_rounds: rounds of the discrete search, 0 for none; None for what `search` says.
        workers: threads, at least 1; no result depends on how many.
        seconds: after which the training ends with the best Program so far, once the step or the round under way and a
            last fit of the classifier are done; above 0, None for no limit. It decides when to stop and nothing else.
        stop_epochs: for each warm start the epoch of its schedule after which it ends, and with it the training where
            that is before its last; what a training whose seconds ran out in the warm starts says of itself.
    """

    sizes: NetworkSizes | None = None
    synthesis: SynthesisSettings | None = None
    warm_start: WarmStartSettings | None = None
    seed: int = 0
    data_seed: int = 0
    samples: int | None = None
    restarts: int = 4
    drop_after: float = 1.0
    keep: int = 2
    search: SearchSettings | None = None
    search_rounds: int | None = None
    workers: int = 2
    seconds: float | None = None
    stop_epochs: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name and range.
        """
        least = {"seed": 0, "data_seed": 0, "search_rounds": 0}
        for name in ("seed", "data_seed", "restarts", "keep", "search_rounds", "workers"):
            value = getattr(self, name)
            if value is not None and value < least.get(name, 1):
                raise UsageError(f"{name} is {value}; the least is {least.get(name, 1)}")
        if not 0 <= self.drop_after <= 1:
            raise UsageError(f"drop_after is {self.drop_after}; give a share from 0 to 1")
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise UsageError(f"seconds is {self.seconds}; give a number above 0")
        if self.stop_epochs is not None and (
            len(self.stop_epochs) != self.restarts or min(self.stop_epochs) < 0
        ):
            raise UsageError(
                f"stop_epochs is {self.stop_epochs}; give a number from 0 up for each of {self.restarts} warm starts"
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a training.

    Attributes:
        phase: `synthesis`, `warm start`, `search`, `distillation` or `classifier`; `standard` where no program is learned.
        restart: which warm start, from 0.
        restarts: how many there are.
        step: epochs or rounds done, from 0.
        steps: epochs or rounds in all.
        loss: mean cross-entropy in nats for a scored label; None where none was computed.
        temperature: of the relaxation or the annealing; None where there is none.
        validation: accuracy of the discretised program on validation data, from 0 to 1; None where not measured.
        elapsed: seconds since the training began (since it was resumed, where it was).
        remaining: estimated seconds to the end of the phase; None where unknown.
    """

    phase: Phase
    restart: int
    restarts: int
    step: int
    steps: int
    loss: float | None
    temperature: float | None
    validation: float | None
    elapsed: float
    remaining: float | None


OnProgress: TypeAlias = Callable[[Progress], None]
ShouldStop: TypeAlias = Callable[[], bool]


# Which modules: those that work best, exactly the paper's, or the paper's categorical-only ones.
Kind: TypeAlias = Literal["best", "published", "categorical"]

# What works for every algorithmic task: the largest of the published module sets.
_ALGORITHMIC = NetworkSizes(layers=3)
# The largest of the paper's categorical-only models (its Table 3).
_CATEGORICAL = Modules(3, 8, 0, 4, 0)
_TEXT = NetworkSizes(
    layers=2,
    categorical_heads=4,
    numerical_heads=0,
    categorical_lookups=1,
    numerical_lookups=0,
    embeddings=4,
)
# Above this many symbols one-hot tokens make tables too large, and words are embedded (paper, section 3.4).
ONE_HOT_SYMBOLS = 64


def recipe_sizes(task: Task, kind: Kind = "best") -> NetworkSizes:
    """Return the sizes for a task; a task that was not published gets those of its kind.

    Args:
        task: what is to be learned; sizes do not depend on its length and vocabulary, but for large vocabularies.
        kind: `published` for the paper's sizes for this very task, `categorical` for those of its Table 3.
    """
    if len(task.domain.alphabet) > ONE_HOT_SYMBOLS:
        return replace(_TEXT, causal=task.causal)
    sizes = replace(_ALGORITHMIC, causal=task.causal)
    if kind == "categorical":
        return _sized(sizes, task.categorical_only or _CATEGORICAL)
    if kind == "published" and task.published is not None:
        return _sized(sizes, task.published)
    return sizes


def _sized(sizes: NetworkSizes, modules: Modules) -> NetworkSizes:
    return replace(
        sizes,
        layers=modules.layers,
        categorical_heads=modules.categorical_heads,
        numerical_heads=modules.numerical_heads,
        categorical_lookups=modules.categorical_lookups,
        numerical_lookups=modules.numerical_lookups,
    )


def recipe_synthesis(task: Task, kind: Kind = "best") -> SynthesisSettings:
    """Return the settings of synthesis, which is part of the best kind alone: only that goes beyond the published modules."""
    none = kind != "best" or len(task.domain.alphabet) > ONE_HOT_SYMBOLS
    return SynthesisSettings(seconds=0.0, distil=0.0) if none else SynthesisSettings()


def default_engine() -> Engine:
    """Return what makes steps fastest on this machine: all warm starts at once on a GPU, compiled kernels elsewhere."""
    import torch

    return "batched" if torch.cuda.is_available() else "fused"


def recipe_warm_start(task: Task) -> WarmStartSettings:
    """Return the settings of the gradient part for a task."""
    return WarmStartSettings()


def recipe_search(task: Task, kind: Kind = "best") -> SearchSettings:
    """Return the settings of the discrete search for a task; only the best kind goes beyond the published modules."""
    wide = kind == "best"
    # A task that looks to the left only has causal heads anyway.
    return SearchSettings(rounds=30, sets=wide, causal_heads=wide and not task.causal)
