"""Adam over one flat vector. Owns the optimiser's state; refuses to know what the weights mean.

`torch.optim` takes seconds to import and updates weight by weight; a network of many small weights is one vector here.
"""

import torch
from torch import Tensor, nn

MEAN_DECAY = 0.9
SQUARE_DECAY = 0.999
EPSILON = 1e-8
# A relaxed choice near temperature 0 can have a gradient beyond float32; the step that follows is bounded all the same.
GREATEST_GRADIENT = 1e6


class Adam:
    """Adam with the usual constants (Kingma and Ba, 2015) for all weights of a module that need gradients.

    Attributes:
        steps: how many updates were made.
        flat: all weights, in the order of the module's parameters, which are views of it.
        mean, square: their running moments.
    """

    def __init__(self, module: nn.Module) -> None:
        self._weights = [weight for weight in module.parameters() if weight.requires_grad]
        self.flat = torch.cat([weight.detach().reshape(-1) for weight in self._weights])
        start = 0
        for weight in self._weights:
            # From here on every weight is a view of the vector.
            weight.data = self.flat[start : start + weight.numel()].view(weight.shape)
            start += weight.numel()
        self.steps = 0
        self.mean = torch.zeros_like(self.flat)
        self.square = torch.zeros_like(self.flat)

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Update the weights by their gradients and clear those.

        Args:
            rate: the learning rate, above 0.
        """
        gradient = torch.cat(
            [
                torch.zeros(weight.numel()) if weight.grad is None else weight.grad.reshape(-1)
                for weight in self._weights
            ]
        )
        gradient.nan_to_num_(0.0, GREATEST_GRADIENT, -GREATEST_GRADIENT)
        gradient.clamp_(-GREATEST_GRADIENT, GREATEST_GRADIENT)
        self.steps += 1
        self.mean.lerp_(gradient, 1 - MEAN_DECAY)
        self.square.mul_(SQUARE_DECAY).addcmul_(gradient, gradient, value=1 - SQUARE_DECAY)
        scale = (self.square / (1 - SQUARE_DECAY**self.steps)).sqrt_().add_(EPSILON)
        self.flat.addcdiv_(self.mean, scale, value=-rate / (1 - MEAN_DECAY**self.steps))
        for weight in self._weights:
            weight.grad = None

    def state(self) -> dict[str, Tensor]:
        """Return the optimiser's state as tensors."""
        return {
            "mean": self.mean.clone(),
            "square": self.square.clone(),
            "steps": torch.tensor([self.steps]),
        }

    def load(self, state: dict[str, Tensor]) -> None:
        """Take up a state that `state` returned."""
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])
        self.steps = int(state["steps"][0])
