"""How often a circuit decides, and how sure that is from a sample."""

import math
from dataclasses import dataclass

# Of a normal distribution 95 % lie within so many standard deviations.
DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the predictions on some random inputs.

    Attributes:
        count: the predictions that have it.
        total: all of them.
        inputs: the inputs that they stand on.
    """

    count: int
    total: int
    inputs: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of 95 %; predictions on one input go together, and so each input counts once."""
        number, share = max(1, self.inputs), self.value
        squared = DEVIATIONS**2 / number
        middle = share + squared / 2
        reach = math.sqrt(squared * (share * (1 - share) + squared / 4))
        low, high = ((middle + side * reach) / (1 + squared) for side in (-1, 1))
        return (low if share else 0.0), (high if share < 1 else 1.0)
