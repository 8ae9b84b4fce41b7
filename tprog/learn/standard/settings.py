"""What the training of a standard Transformer is asked for. Owns the paper's settings; refuses to train."""

from dataclasses import dataclass

from tprog.errors import UsageError


@dataclass(frozen=True, slots=True)
class StandardSettings:
    """How a standard Transformer is learned. Equal settings give equal networks.

    The defaults are the paper's (section B.2, after Weiss et al., 2021): width 256, rate 0.0003, batches of 50, up to 100
    epochs, and the weights of the epoch that is best on validation data; of its grid of 2 or 3 layers and 4 or 8 heads
    the larger. The paper does not name the width of the feed-forward layers: 64 is what the published scripts give.

    Attributes:
        layers: layers, at least 1.
        heads: heads a layer, at least 1; they divide the width.
        width: numbers at a position, at least 1.
        feedforward: hidden units of the feed-forward layers, at least 1.
        rate: Adam's learning rate, above 0.
        batch: sequences a step, at least 1.
        epochs: most passes over the training sequences, at least 1; an epoch that is perfect on validation data is the
            last, since no later one would be chosen.
        seed: of weights and order, at least 0.
        data_seed: of the sequences and their split, at least 0.
        samples: distinct sequences in all three splits; None for the task's own number.
        seconds: training stops after so many, with the best so far; None for no limit. It decides nothing but the
            number of epochs, which the metrics record.
    """

    layers: int = 3
    heads: int = 8
    width: int = 256
    feedforward: int = 64
    rate: float = 3e-4
    batch: int = 50
    epochs: int = 100
    seed: int = 0
    data_seed: int = 0
    samples: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse settings outside their ranges.

        Raises:
            UsageError: with the setting's name and range.
        """
        for name in ("layers", "heads", "width", "feedforward", "batch", "epochs"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; the least is 1")
        for name in ("seed", "data_seed"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}; the least is 0")
        for name in ("rate", "seconds"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise UsageError(f"{name} is {value}; give a number above 0")
        if self.width % self.heads:
            raise UsageError(
                f"width is {self.width}, which {self.heads} heads do not divide; give a multiple"
            )
