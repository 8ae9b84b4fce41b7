"""What a training is asked for and what it reports. Owns settings, progress and the errors of training; refuses to train."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from tprog.errors import TprogError, UsageError
from tprog.learn.build import NetworkSizes

if TYPE_CHECKING:
    from tprog.learn.compose import CompositionSettings
    from tprog.learn.search import SearchSettings

Phase: TypeAlias = Literal["composition", "warm start", "search", "classifier", "standard"]


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
class TrainSettings:
    """How a Program is learned. Equal settings give equal Programs.

    Attributes:
        sizes: of the network; None for the task's recipe (`tprog.learn.recipes`).
        composition: the part before any gradient; None for the task's recipe. Its seed is set from here.
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
    composition: "CompositionSettings | None" = None
    warm_start: WarmStartSettings | None = None
    seed: int = 0
    data_seed: int = 0
    samples: int | None = None
    restarts: int = 4
    drop_after: float = 1.0
    keep: int = 2
    search: "SearchSettings | None" = None
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
        phase: `composition`, `warm start`, `search` or `classifier`; `standard` where no program is learned.
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
