"""The arguments of a training run."""

import json
from pathlib import Path

import pytest

from tprog.errors import FileProblem, UnreadableSource
from tprog.published.arguments import Arguments, read_arguments


def written(folder: Path, **entries: object) -> Path:
    path = folder / "args.json"
    path.write_text(json.dumps(entries))
    return path


def test_absent_and_null_entries_have_the_published_defaults(tmp_path: Path) -> None:
    """Only what is given and not null differs from the defaults; unknown entries are passed over."""
    assert read_arguments(written(tmp_path)) == Arguments()
    found = read_arguments(
        written(tmp_path, dataset="sort", d_var=None, n_layers=3, one_hot_embed=1, lr=0.05, new={})
    )
    assert found == Arguments(dataset="sort", n_layers=3, one_hot_embed=True)
    assert found.d_var == 0


def test_options_that_only_a_fork_has_are_named(tmp_path: Path) -> None:
    """An option that was used and is none of the published script's is kept by name; one that is off is not."""
    found = read_arguments(written(tmp_path, use_prefix_counts=True, wandb=False, device="cpu"))
    assert found.foreign == ("use_prefix_counts",)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"standard": True}, "standard Transformer"),
        ({"rel_pos_bias": "learned"}, "rel_pos_bias is 'learned'"),
        ({"n_layers": 0}, "at least 1"),
        ({"n_layers": 1000}, "outside 0 to 64"),
        ({"vocab_size": -1}, "outside 0 to"),
        ({"seed": "0"}, "seed is '0'"),
        ({"seed": 1.5}, "seed is '1.5'"),
        ({"seed": 2**40}, "seed is"),
        ({"dataset": 3}, "dataset is '3'"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(
    tmp_path: Path, entries: dict[str, object], message: str
) -> None:
    """Standard models, unknown biases and impossible sizes end in one line that names the argument."""
    with pytest.raises(UnreadableSource, match=rf"args\.json:1: .*{message}"):
        read_arguments(written(tmp_path, **entries))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 50_000, '{"seed": ' + "9" * 5000 + "}"])
def test_other_files_are_no_arguments(tmp_path: Path, text: str) -> None:
    """What is no JSON object is refused with its line."""
    path = tmp_path / "args.json"
    path.write_text(text)
    with pytest.raises(UnreadableSource, match=r"args\.json:1: "):
        read_arguments(path)


def test_a_missing_file_is_a_file_problem(tmp_path: Path) -> None:
    """A folder without arguments is no run folder."""
    with pytest.raises(FileProblem, match="cannot read"):
        read_arguments(tmp_path / "args.json")
