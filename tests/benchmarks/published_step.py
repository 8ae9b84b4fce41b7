"""Times training steps of the published implementation; run as a script, in a Python that has what it needs.

Usage: python published_step.py FOLDER VALUES BATCH THREADS. For each line with a number it makes so many steps, as the
published training loop does, and prints the median seconds of one, by the clock and of the processor.
"""

import importlib
import statistics
import sys
import time
import types
from typing import Any


def rearrange(tensor: Any, pattern: str) -> Any:
    """Stand in for einops where it is not installed: the two patterns that the published model uses."""
    if pattern == "a b c d -> a d (b c)":
        return tensor.permute(0, 3, 1, 2).flatten(2)
    if pattern == "b i q h -> b q (i h)":
        return tensor.permute(0, 2, 1, 3).flatten(2)
    raise ValueError(pattern)


def published_model(folder: str, values: int) -> Any:
    """Return the published model: three layers of 4 + 4 heads and 2 + 2 MLPs."""
    try:
        importlib.import_module("einops")
    except ImportError:
        module: Any = types.ModuleType("einops")
        module.rearrange = rearrange
        sys.modules["einops"] = module
    sys.path.insert(0, folder)
    programs: Any = importlib.import_module("src.models.programs")
    return programs.TransformerProgramModel(
        d_vocab=values,
        d_vocab_out=values,
        n_vars_cat=1,
        n_vars_num=1,
        d_var=values,
        n_heads_cat=4,
        n_heads_num=4,
        d_mlp=64,
        n_cat_mlps=2,
        n_num_mlps=2,
        mlp_vars_in=2,
        n_layers=3,
        n_ctx=values,
        sample_fn=programs.gumbel_soft,
        unembed_mask=[label == 0 for label in range(values)],
        one_hot_embed=True,
        count_only=True,
    )


def main(folder: str, values: int, batch: int, threads: int) -> None:
    """Serve lines of standard input."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = published_model(folder, values)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.Adam(weights, lr=0.05)
    tokens = torch.randint(1, values, (batch, values))
    labels = torch.randint(1, values, (batch, values))
    for line in sys.stdin:
        clock, processor = [], []
        for _ in range(int(line)):
            began, used = time.perf_counter(), time.process_time()
            model.set_temp(1.0)
            real = (tokens != 0).float()
            mask = (real.unsqueeze(-1) @ real.unsqueeze(-2)).bool()
            chances = model(tokens, mask=mask).log_softmax(-1)
            each = -chances.gather(2, labels.unsqueeze(-1)).squeeze(-1)
            kept = each.masked_fill(labels == 0, 0.0).sum(-1)
            (kept / (labels != 0).sum(-1)).mean().backward()
            optimiser.step()
            optimiser.zero_grad()
            model.zero_grad()
            clock.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        print(statistics.median(clock), statistics.median(processor), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
