"""The arguments of a training run (`args.json`), their defaults, and which of them cannot be read."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tprog.errors import UnreadableSource
from tprog.published.files import LARGEST_ARGUMENTS, read_bounded


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the published training script was called with, as far as it shapes the network and its data.

    Absent or null entries have these defaults. `d_var` is the cardinality of categorical variables; 0 stands for null, the
    larger of vocabulary and context length. `foreign` names the options that only a fork of the script has, and that it
    was called with.
    """

    dataset: str = "reverse"
    vocab_size: int = 8
    dataset_size: int = -1
    min_length: int = 1
    max_length: int = 8
    seed: int = 0
    unique: int = 1
    do_lower: int = 0
    replace_numbers: int = 0
    n_vars_cat: int = 1
    n_vars_num: int = 1
    d_var: int = 0
    n_heads_cat: int = 2
    n_heads_num: int = 2
    d_mlp: int = 64
    n_cat_mlps: int = 1
    n_num_mlps: int = 1
    mlp_vars_in: int = 2
    n_layers: int = 1
    one_hot_embed: bool = False
    count_only: bool = False
    attention_type: str = "cat"
    rel_pos_bias: str = "fixed"
    autoregressive: bool = False
    pool_outputs: int = 0
    standard: bool = False
    foreign: tuple[str, ...] = ()


# The other options of the published script shape its training, not its network; its loader asks for them all the same.
TRAINING: dict[str, Any] = {
    "d_model": 64,
    "d_head": None,
    "n_heads": 2,
    "dropout": 0.0,
    "mlp_type": "cat",
    "selector_width": 0,
    "sample_fn": "gumbel_soft",
    "glove_embeddings": "",
    "do_glove": 0,
    "lr": 0.05,
    "max_grad_norm": None,
    "gumbel_samples": 1,
    "n_epochs": 1,
    "batch_size": 512,
    "tau_init": 3.0,
    "tau_end": 0.01,
    "tau_schedule": "geomspace",
    "loss_agg": "per_token",
    "save": True,
    "save_code": False,
    "device": "cpu",
    "unembed_mask": 1,
    "output_dir": "",
}

# Beyond these no published network is.
LIMITS = {
    "vocab_size": 1_000_000,
    "max_length": 4096,
    "n_vars_cat": 64,
    "n_vars_num": 64,
    "d_var": 4096,
    "n_heads_cat": 256,
    "n_heads_num": 256,
    "d_mlp": 65536,
    "n_cat_mlps": 64,
    "n_num_mlps": 64,
    "mlp_vars_in": 8,
    "n_layers": 64,
}


def read_arguments(path: Path) -> Arguments:
    """Read `args.json`.

    Raises:
        FileProblem: it cannot be read.
        UnreadableSource: it is no such file, or names a network that is no Transformer Program.
    """
    try:
        found = json.loads(read_bounded(path, LARGEST_ARGUMENTS))
    except json.JSONDecodeError as error:
        raise UnreadableSource(
            f"{path}:{error.lineno}: this is no JSON ({error.msg}); restore the file of arguments"
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableSource(
            f"{path}:1: this is no file of arguments; restore it from its run"
        ) from None
    if not isinstance(found, dict):
        raise UnreadableSource(f"{path}:1: the arguments must be an object; restore the file")
    defaults = {one.name: one.default for one in fields(Arguments) if one.name != "foreign"}
    given: dict[str, Any] = {
        name: _typed(path, name, found[name], default)
        for name, default in defaults.items()
        if found.get(name) is not None
    }
    known = {*defaults, *TRAINING}
    foreign = tuple(str(name)[:40] for name, value in found.items() if value and name not in known)
    arguments = Arguments(**given, foreign=foreign)
    _check(path, arguments)
    return arguments


def _typed(path: Path, name: str, value: object, default: object) -> object:
    if isinstance(default, str):
        if isinstance(value, str):
            return value
    # JSON tells true from 1, the published script does not.
    elif isinstance(value, int) and abs(value) < 1 << 32:
        return bool(value) if isinstance(default, bool) else int(value)
    raise UnreadableSource(
        f"{path}:1: {name} is {str(value)[:40]!r}, which is no such argument; restore the file"
    )


def _check(path: Path, arguments: Arguments) -> None:
    if arguments.standard:
        raise UnreadableSource(
            f"{path}:1: this run trained a standard Transformer (standard), which is no program; "
            "give a run of a Transformer Program"
        )
    for name, most in LIMITS.items():
        value = getattr(arguments, name)
        if not 0 <= value <= most:
            raise UnreadableSource(
                f"{path}:1: {name} is {value}, outside 0 to {most}; restore the file"
            )
    if arguments.rel_pos_bias not in ("fixed", "clipped", "none"):
        raise UnreadableSource(
            f"{path}:1: rel_pos_bias is {arguments.rel_pos_bias[:40]!r}; fixed, clipped and none can be read"
        )
    if arguments.n_layers == 0 or arguments.mlp_vars_in == 0:
        raise UnreadableSource(f"{path}:1: n_layers and mlp_vars_in must be at least 1")
