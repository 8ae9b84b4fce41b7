"""What a composition is asked for. Owns the settings; refuses to compose."""

from dataclasses import dataclass

from tprog.errors import UsageError


@dataclass(frozen=True, slots=True)
class CompositionSettings:
    """Which shapes are put together, and for how long. Equal settings give equal Programs.

    Attributes:
        stages: how many stages are gone through at most; 0 for none.
        sets: whether a query may want several keys, or none (paper, section A.4).
        masks: whether each head may choose to look to the left only, where the task does not ask all heads to.
        seed: chooses the sequences that candidates are rated on.
    """

    stages: int = 8
    sets: bool = True
    masks: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name.
        """
        for name in ("stages", "seed"):
            if getattr(self, name) < 0:
                raise UsageError(f"composition: {name} is {getattr(self, name)}; the least is 0")
