"""What a training may be asked for, as plain values: the options of `tprog train`, and the axes of `tprog grid`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from tprog.learn.settings import Engine, Kind, TrainSettings
    from tprog.learn.standard.model import StandardSettings
    from tprog.tasks.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one training; None leaves the choice to the task's recipe.

    Attributes:
        seed, data_seed, samples, restarts, workers, seconds, stop_epochs: see `TrainSettings`.
        published: exactly the paper's modules.
        categorical_only: the modules of the paper's Table 3.
        standard: a standard Transformer instead of a program.
        synth_seconds: for synthesis, and again for distillation.
        epochs: of each warm start, or of a standard Transformer.
        rounds, schedule: of the discrete search.
        layers: of either model.
        heads: in each layer; of a program half are categorical and half numerical.
        mlps: look-ups in each layer, half categorical and half numerical.
        cat_heads, num_heads, score_heads, cat_lookups, num_lookups: in each layer.
        engine: of the warm starts.
        positions: how a standard Transformer knows them.
        init_from: the program whose modules the network has, by its name or path.
        freeze: its parts that are kept, such as `reads+predicates`; `none` for none.
    """

    seed: int = 0
    data_seed: int = 0
    samples: int | None = None
    published: bool = False
    categorical_only: bool = False
    standard: bool = False
    seconds: float | None = None
    synth_seconds: float | None = None
    restarts: int | None = None
    epochs: int | None = None
    rounds: int | None = None
    schedule: int | None = None
    stop_epochs: tuple[int, ...] | None = None
    layers: int | None = None
    heads: int | None = None
    mlps: int | None = None
    cat_heads: int | None = None
    num_heads: int | None = None
    score_heads: int | None = None
    cat_lookups: int | None = None
    num_lookups: int | None = None
    engine: str | None = None
    workers: int | None = None
    positions: str | None = None
    init_from: str | None = None
    freeze: str | None = None

    @property
    def held(self) -> tuple[str, ...] | None:
        """The parts that are kept; None where there is no program that has them."""
        if self.init_from is None:
            return None
        parts = (part.strip() for part in re.split(r"[+,]", self.freeze or ""))
        return tuple(part for part in parts if part not in ("", "none"))

    def program_settings(self, task: "Task") -> "TrainSettings":
        """Return the settings of a training that learns a Program.

        Raises:
            UsageError: an option is outside its range.
        """
        from tprog.learn import settings as learning

        kind: Kind = "best"
        if self.categorical_only or self.published:
            kind = "categorical" if self.categorical_only else "published"
        default = learning.TrainSettings()
        return learning.TrainSettings(
            seed=self.seed,
            data_seed=self.data_seed,
            samples=self.samples,
            synthesis=changed(
                learning.recipe_synthesis(task, kind),
                seconds=self.synth_seconds,
                distil=self.synth_seconds,
            ),
            restarts=self.restarts or default.restarts,
            warm_start=changed(
                learning.recipe_warm_start(task),
                epochs=self.epochs,
                engine=cast("Engine", self.engine or learning.default_engine()),
            ),
            sizes=changed(learning.recipe_sizes(task, kind), **self._modules()),
            search=replace(learning.recipe_search(task, kind), schedule=self.schedule),
            search_rounds=self.rounds,
            seconds=self.seconds,
            stop_epochs=self.stop_epochs,
            workers=self.workers or default.workers,
        )

    def _modules(self) -> Mapping[str, int | None]:
        found = {
            "layers": self.layers,
            "categorical_heads": self.cat_heads,
            "numerical_heads": self.num_heads,
            "score_heads": self.score_heads,
            "categorical_lookups": self.cat_lookups,
            "numerical_lookups": self.num_lookups,
        }
        for option, pair in (("heads", "heads"), ("mlps", "lookups")):
            count = getattr(self, option)
            if count is None:
                continue
            numerical = 0 if self.categorical_only else count // 2
            for name, half in (("numerical", numerical), ("categorical", count - numerical)):
                if found[f"{name}_{pair}"] is None:
                    found[f"{name}_{pair}"] = half
        return found

    def standard_settings(self) -> "StandardSettings":
        """Return the settings of a training that learns a standard Transformer.

        Raises:
            UsageError: an option is outside its range.
        """
        from tprog.learn.standard.model import StandardSettings

        names = (
            "seed",
            "data_seed",
            "samples",
            "seconds",
            "epochs",
            "layers",
            "heads",
            "positions",
        )
        found: StandardSettings = changed(
            StandardSettings(), **{name: getattr(self, name) for name in names}
        )
        return found


DEFAULT = Options()
# What a standard Transformer is asked for too; the other options shape a program.
ALSO_STANDARD = frozenset(
    {"seed", "data_seed", "samples", "standard", "seconds", "epochs", "layers", "heads"}
    | {"workers", "positions"}
)
ONLY_STANDARD = frozenset({"positions"})
OPTIONS = {each.name: each for each in fields(Options)}


def changed(settings: Any, **given: object) -> Any:
    """Return settings with those that were given, which are not None."""
    return replace(settings, **{name: value for name, value in given.items() if value is not None})
