"""Run folders as Programs."""

import ast
import io
import json
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from published.networks import Array, forward, tensors

from tprog.errors import FileProblem, UnreadableSource
from tprog.evaluate import predict, sample_inputs
from tprog.ir import Program, WordTable
from tprog.published import checkpoint
from tprog.published.arguments import Arguments
from tprog.published.checkpoint import read_checkpoint

SORT = replace(
    Arguments(),
    dataset="sort",
    vocab_size=6,
    max_length=6,
    one_hot_embed=True,
    count_only=True,
    d_mlp=4,
    n_layers=2,
    n_heads_num=1,
)
SIZES = (6, 4, 6)


def saved(folder: Path, arguments: Arguments, arrays: Mapping[str, Array]) -> Path:
    folder.mkdir(exist_ok=True)
    entries = {**asdict(arguments), "d_var": arguments.d_var or None, "lr": 0.05}
    (folder / "args.json").write_text(json.dumps(entries))
    state = {name: torch.from_numpy(array) for name, array in arrays.items()}
    torch.save(state, folder / "model.pt")
    return folder


def test_a_run_folder_becomes_its_network(tmp_path: Path) -> None:
    """Saved tensors and arguments give a Program that answers as the network, masked labels and all."""
    arrays = tensors(SORT, *SIZES, seed=1)
    mask = torch.tensor([[[True, False, False, False]]])
    arrays_with_mask = {**arrays, "unembed.mask": mask.numpy()}
    found = read_checkpoint(saved(tmp_path / "run", SORT, arrays_with_mask))
    assert found.program.classifier.masked == (0,)
    assert found.program.provenance.task == "sort:vocabulary=6,length=6"
    assert "trained on sort" in found.notes[0]
    numbers = {"<pad>": 0, "0": 1, "1": 2, "2": 3, "</s>": 4, "<s>": 5}
    assert answers(found.program, SORT, arrays, numbers) == []


def answers(
    program: Program, arguments: Arguments, arrays: Mapping[str, Array], numbers: dict[str, int]
) -> list[tuple[str, ...]]:
    """Return the inputs on which a Program and its network differ."""
    different = []
    for batch in sample_inputs(program.domain, 40, 0):
        for row in range(len(batch)):
            words = batch.data(row, program.domain)
            framed = [numbers[word] for word in program.domain.frame(words)]
            sums = forward(arguments, arrays, framed, SIZES[2])
            sums[:, 0] = -1e30
            labels = [program.classifier.labels[label] for label in sums.argmax(axis=1)]
            if predict(program, [words])[0] != labels[1:-1]:
                different.append(words)
    return different


def test_a_text_run_is_read_with_its_words(tmp_path: Path) -> None:
    """A run on text needs the file of its embeddings, and its Program pools like the network."""
    arguments = replace(
        SORT, dataset="trec", one_hot_embed=False, n_vars_cat=2, d_var=7, pool_outputs=1
    )
    folder = saved(tmp_path / "run", arguments, tensors(arguments, 5, 8, 6, seed=0))
    with pytest.raises(UnreadableSource, match=r"model\.pt:1: dataset is 'trec', .*_embeddings"):
        read_checkpoint(folder)
    (folder / "trec_embeddings.csv").write_text("word,v\n<pad>,0\n<unk>,0\n<s>,0\n</s>,0\nthe,0\n")
    found = read_checkpoint(folder)
    assert sum(isinstance(one, WordTable) for one in found.program.inputs) == 2
    assert found.program.classifier.pooled
    assert found.program.run(["the", "stranger"]) == found.program.run(["the", "<unk>"])
    assert found.files[-1].name == "trec_embeddings.csv"


class Evil:
    """Deletes a file when it is unpickled by a careless reader."""

    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.unlink, (str(self.victim),))


def test_nothing_but_tensors_is_unpickled(tmp_path: Path) -> None:
    """A checkpoint that would delete a file when loaded is refused, and the file is still there."""
    victim = tmp_path / "victim"
    victim.write_text("here")
    folder = saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    torch.save({"embed.W_E": Evil(victim)}, folder / "model.pt")
    with pytest.raises(UnreadableSource, match="tensors alone"):
        read_checkpoint(folder)
    assert victim.exists()


def damaged() -> dict[str, bytes]:
    """Return contents that are no checkpoint, each in a way of its own."""
    whole = io.BytesIO()
    torch.save({"embed.W_E": torch.zeros(3, 3)}, whole)
    content = whole.getvalue()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * 300_000_000)
    listed, wide = io.BytesIO(), io.BytesIO()
    torch.save([1, 2], listed)
    torch.save({"embed.W_E": torch.zeros(1).expand(10**6, 10**6)}, wide)
    text = io.BytesIO()
    torch.save({"embed.W_E": "text"}, text)
    flipped = bytearray(content)
    flipped[len(content) // 3] ^= 255
    return {
        "empty": b"",
        "text": b"not a checkpoint",
        "pickle": pickle.dumps({"a": 1}),
        "half": content[: len(content) // 2],
        "tail": content[:-10],
        "list": listed.getvalue(),
        "string": text.getvalue(),
        "wide": wide.getvalue(),
        "bomb": bomb.getvalue(),
        "flipped": bytes(flipped),
    }


@pytest.mark.parametrize(
    "name",
    ["empty", "text", "pickle", "half", "tail", "list", "string", "wide", "bomb", "flipped"],
)
def test_damaged_checkpoints_end_in_one_line(tmp_path: Path, name: str) -> None:
    """Truncated, foreign and oversized files are refused with the file's name, and nothing large is unpacked."""
    folder = saved(tmp_path / "run", SORT, {})
    (folder / "model.pt").write_bytes(damaged()[name])
    with pytest.raises(UnreadableSource, match=r"model\.pt:1: ") as caught:
        read_checkpoint(folder)
    assert "\n" not in str(caught.value)


def test_missing_files_are_file_problems(tmp_path: Path) -> None:
    """A folder without arguments, or without a model, is named."""
    with pytest.raises(FileProblem, match=r"args\.json"):
        read_checkpoint(tmp_path)
    folder = saved(tmp_path / "run", SORT, {})
    (folder / "model.pt").unlink()
    with pytest.raises(FileProblem, match=r"model\.pt"):
        read_checkpoint(folder)


def test_torch_is_loaded_when_a_checkpoint_is_opened() -> None:
    """The reader imports torch inside the function that opens a checkpoint, and nowhere else."""
    tree = ast.parse(Path(checkpoint.__file__).read_text())
    outside = [
        alias.name
        for statement in tree.body
        if isinstance(statement, ast.Import)
        for alias in statement.names
    ]
    inside = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    assert "torch" not in outside
    assert inside.count("torch") == 1


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", None])
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.module."])
def test_what_a_training_loop_saves_around_a_network_is_taken_off(
    tmp_path: Path, wrapper: str | None, prefix: str
) -> None:
    """An epoch beside the tensors and a prefix before every name leave the network as it is."""
    arrays = tensors(SORT, *SIZES, seed=1)
    folder = saved(tmp_path / "run", SORT, arrays)
    before = read_checkpoint(folder).program
    state = {f"{prefix}{name}": torch.from_numpy(array) for name, array in arrays.items()}
    torch.save({"epoch": 3, wrapper: state} if wrapper else state, folder / "model.pt")
    assert read_checkpoint(folder).program == before


def test_options_of_a_fork_are_named_where_the_tensors_do_not_fit(tmp_path: Path) -> None:
    """A network of a changed script is not taken for files that do not belong together."""
    arrays = tensors(SORT, *SIZES, seed=1)
    folder = saved(tmp_path / "run", SORT, arrays)
    entries = json.loads((folder / "args.json").read_text())
    (folder / "args.json").write_text(json.dumps({**entries, "use_prefix_counts": True}))
    assert "use_prefix_counts" in read_checkpoint(folder).warnings[-1]
    (folder / "args.json").write_text(
        json.dumps({**entries, "use_prefix_counts": True, "n_heads_cat": 3})
    )
    with pytest.raises(UnreadableSource, match=r"changed training script \(use_prefix_counts\)"):
        read_checkpoint(folder)


def test_data_that_a_user_added_are_known_by_the_classifier_file(tmp_path: Path) -> None:
    """Symbols and labels of a data set that is no published task stand in the CSV file beside the checkpoint."""
    arguments = replace(SORT, dataset="shift")
    arrays = tensors(arguments, *SIZES, seed=1)
    mask = torch.tensor([[[True, False, False, False]]]).numpy()
    folder = saved(tmp_path / "run", arguments, {**arrays, "unembed.mask": mask})
    with pytest.raises(UnreadableSource, match=r"dataset is 'shift', .* put its NAME_weights\.csv"):
        read_checkpoint(folder)
    symbols = ["<pad>", "0", "1", "2", "</s>", "<s>"]
    rows = [f"tokens,{symbol},1,2,3" for symbol in symbols]
    (folder / "shift_weights.csv").write_text("\n".join(["feature,value,a,b,c", *rows]) + "\n")
    found = read_checkpoint(folder)
    assert found.program.provenance.task is None
    assert found.program.classifier.labels == ("<pad>", "a", "b", "c")
    numbers = {"<pad>": 0, "0": 1, "1": 2, "2": 3, "</s>": 4, "<s>": 5}
    assert answers(found.program, arguments, arrays, numbers) == []
    (folder / "shift_weights.csv").write_text("feature,value,a,b,c\ntokens,0,1,2,3\n")
    with pytest.raises(
        UnreadableSource, match=r"6 symbols and 4 labels, shift_weights\.csv lists 2"
    ):
        read_checkpoint(folder)
