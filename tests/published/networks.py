"""Random networks of the published form, and a plain forward pass over one-hot vectors, for the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from tprog.published.arguments import Arguments

Array = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float64]


def tensors(
    arguments: Arguments, symbols: int, labels: int, positions: int, seed: int
) -> dict[str, Array]:
    """Return random tensors under the names of the published implementation."""
    random = np.random.default_rng(seed)
    size = arguments.d_var or max(symbols, positions)

    def normal(*shape: int) -> Array:
        return random.normal(size=shape).astype(np.float32)

    found: dict[str, Array] = {"pos_embed.W": np.eye(positions, size, dtype=np.float32)}
    embeddings = arguments.n_vars_cat * size
    found["embed.W_E"] = normal(embeddings, symbols)
    if arguments.one_hot_embed:
        found["embed.W_E"] = np.eye(size, symbols, dtype=np.float32) * 20 - 10
    found["num_embed.W_E"] = np.ones((symbols, arguments.n_vars_num), dtype=np.float32)
    categorical, numerical = arguments.n_vars_cat + 1, arguments.n_vars_num
    for layer in range(arguments.n_layers):
        for kind, heads in (("cat", arguments.n_heads_cat), ("num", arguments.n_heads_num)):
            name = f"blocks.{layer}.{kind}_attn"
            if kind == "num" and not heads:
                continue
            found[f"{name}.W_K.W"] = normal(heads, categorical)
            found[f"{name}.W_Q.W"] = normal(heads, categorical)
            found[f"{name}.W_V.W"] = normal(heads, categorical if kind == "cat" else numerical)
            found[f"{name}.W_pred.W"] = normal(heads, size, size)
        if arguments.attention_type != "score":
            bias = np.stack(
                [_bias(arguments, positions, random)] * arguments.n_heads_cat
                or [np.zeros(2 * positions)]
            )[: arguments.n_heads_cat]
            found[f"blocks.{layer}.cat_attn.rel_pos_bias.bias"] = bias.astype(np.float32)
        categorical += arguments.n_heads_cat
        numerical += arguments.n_heads_num
        for kind, count, width in (
            ("cat", arguments.n_cat_mlps, categorical * 0 + size),
            ("num", arguments.n_num_mlps, 1),
        ):
            variables = categorical if kind == "cat" else numerical
            for number in range(count):
                name = f"blocks.{layer}.{kind}_mlp.mlps.{number}"
                found[f"{name}.W_read.W"] = normal(arguments.mlp_vars_in, variables)
                found[f"{name}.W_in"] = normal(arguments.d_mlp, width * arguments.mlp_vars_in)
                found[f"{name}.b_in"] = normal(arguments.d_mlp)
                found[f"{name}.W_out"] = normal(size, arguments.d_mlp)
                found[f"{name}.b_out"] = normal(size)
        categorical += arguments.n_cat_mlps + arguments.n_num_mlps
    found["unembed.W_U"] = normal(categorical * size + numerical, labels)
    return found


def _bias(arguments: Arguments, positions: int, random: np.random.Generator) -> Vectors:
    """Return a bias by offset: the published fixed one, or one that can be followed."""
    right = np.linspace(0, -1, max(positions - 1, 1))[: positions - 1]
    fixed = np.concatenate([[-2], right, np.linspace(-1, 0, positions)])
    if arguments.rel_pos_bias == "none":
        return np.zeros(2 * positions)
    if arguments.rel_pos_bias == "clipped" and random.random() < 0.5:
        # The first match: the further to the left, the better; everything above 10 is cut off.
        offsets = np.concatenate([np.arange(positions), np.arange(-positions, 0)])
        return -offsets.astype(np.float64)
    return fixed


def forward(
    arguments: Arguments, arrays: Mapping[str, Array], tokens: Sequence[int], positions: int
) -> Vectors:
    """Return `(positions, labels)` sums of a network whose every choice is its largest entry."""
    size = arguments.d_var or max(arrays["embed.W_E"].shape[1], positions)
    length = len(tokens)
    one_hot = np.eye(size)
    embedded = arrays["embed.W_E"].reshape(arguments.n_vars_cat, size, -1)[:, :, list(tokens)]
    categorical = [one_hot[variable.argmax(axis=0)] for variable in embedded]
    categorical.append(one_hot[:length])
    numerical = [np.ones(length)] * arguments.n_vars_num
    seen = np.ones((length, length), dtype=bool)
    if arguments.autoregressive:
        seen = np.tril(seen)
    for layer in range(arguments.n_layers):
        before = list(categorical)
        counts = list(numerical)
        for kind, heads in (("cat", arguments.n_heads_cat), ("num", arguments.n_heads_num)):
            name = f"blocks.{layer}.{kind}_attn"
            for head in range(heads):
                key, query = (before[arrays[f"{name}.W_{role}.W"][head].argmax()] for role in "KQ")
                wanted = arrays[f"{name}.W_pred.W"][head].astype(np.float64)
                if kind == "num" or arguments.attention_type != "score":
                    wanted = one_hot[wanted.argmax(axis=1)]
                scores = query @ wanted @ key.T
                value = arrays[f"{name}.W_V.W"][head].argmax()
                if kind == "num":
                    numerical.append((scores * seen) @ counts[value])
                    continue
                if arguments.attention_type != "score":
                    scores = _placed(arguments, arrays, name, head, scores, seen)
                attended = np.where(seen, scores, -np.inf).argmax(axis=1)
                categorical.append(before[value][attended])
        made = []
        for number in range(arguments.n_cat_mlps):
            made.append(
                _mlp(arguments, arrays, f"blocks.{layer}.cat_mlp.mlps.{number}", categorical)
            )
        columns = [one[:, None] for one in numerical]
        for number in range(arguments.n_num_mlps):
            made.append(_mlp(arguments, arrays, f"blocks.{layer}.num_mlp.mlps.{number}", columns))
        categorical += [one_hot[outputs.argmax(axis=1)] for outputs in made]
    everything = np.concatenate([*categorical, *(one[:, None] for one in numerical)], axis=1)
    sums: Vectors = everything @ arrays["unembed.W_U"].astype(np.float64)
    return sums


def _placed(
    arguments: Arguments,
    arrays: Mapping[str, Array],
    name: str,
    head: int,
    matches: Vectors,
    seen: npt.NDArray[np.bool_],
) -> Vectors:
    """Return scores with the bias of each offset; position 0 counts as a match where there is none."""
    matches = matches.copy()
    nothing = ~((matches > 0.5) & seen).any(axis=1)
    matches[nothing, 0] = 1
    bias = arrays[f"{name}.rel_pos_bias.bias"][head].astype(np.float64).clip(-10, 10)
    length = len(matches)
    offsets = np.arange(length)[None, :] - np.arange(length)[:, None]
    placed: Vectors = 100 * matches + bias[offsets]
    return placed


def _mlp(
    arguments: Arguments, arrays: Mapping[str, Array], name: str, variables: Sequence[Vectors]
) -> Vectors:
    read = arrays[f"{name}.W_read.W"].argmax(axis=1)
    inputs = np.concatenate([variables[place] for place in read], axis=1)
    hidden = np.maximum(inputs @ arrays[f"{name}.W_in"].T + arrays[f"{name}.b_in"], 0)
    outputs: Vectors = hidden @ arrays[f"{name}.W_out"].T + arrays[f"{name}.b_out"]
    return outputs


@st.composite
def small_arguments(draw: st.DrawFn) -> Arguments:
    """Draw arguments of small networks for small tasks."""
    dataset, vocabulary, length = draw(
        st.sampled_from(
            [
                ("sort", 5, 5),
                ("hist", 4, 5),
                ("most_freq", 4, 4),
                ("dyck1", 1, 6),
                ("induction", 6, 3),
                ("reverse", 5, 4),
            ]
        )
    )
    one_hot = draw(st.booleans())
    return replace(
        Arguments(),
        dataset=dataset,
        vocab_size=vocabulary,
        max_length=length,
        min_length=length if dataset == "induction" else 1,
        one_hot_embed=one_hot,
        count_only=True,
        autoregressive=dataset in ("dyck1", "induction"),
        n_vars_cat=1 if one_hot else draw(st.integers(1, 2)),
        n_vars_num=draw(st.integers(1, 2)),
        d_var=draw(st.sampled_from([0, 8])),
        n_layers=draw(st.integers(1, 2)),
        n_heads_cat=draw(st.integers(0, 2)),
        n_heads_num=draw(st.integers(0, 2)),
        n_cat_mlps=draw(st.integers(0, 1)),
        n_num_mlps=draw(st.integers(0, 1)),
        mlp_vars_in=draw(st.integers(1, 3)),
        d_mlp=4,
        attention_type=draw(st.sampled_from(["cat", "cat", "score"])),
        rel_pos_bias=draw(st.sampled_from(["fixed", "fixed", "none", "clipped"])),
        pool_outputs=0 if dataset in ("dyck1", "induction") else draw(st.sampled_from([0, 0, 1])),
    )
