"""What a user may give as one side of a difference. Owns telling the kinds apart; refuses to compare.

Besides programs of ours these are published programs and run folders where they lie, our networks in files, and checkpoints of
a training that is under way. Nothing is executed.
"""

from pathlib import Path

from tprog.errors import TprogError, UnreadableSource
from tprog.ir import Program
from tprog.locate import load

WEIGHTS = ".safetensors"


def read_side(name: str | Path) -> Program:
    """Return the Program that a user names.

    Args:
        name: a program file, a run folder, a gallery entry, a published program or run folder, a network's weights, or a
            checkpoint of an epoch.

    Raises:
        FileProblem: there is no such file, folder or entry.
        UnreadableSource: it holds no program.
    """
    path = Path(name)
    if path.is_file() and path.suffix == WEIGHTS:
        return _network(path)
    published = _published(path)
    return load(name) if published is None else published


def _published(path: Path) -> Program | None:
    from tprog.reader.published import kind_of, read_checkpoint, read_published, run_files

    if path.is_dir():
        run = run_files(path)
        return None if run is None else read_checkpoint(path, run).program
    kind = kind_of(path)
    if kind == "source":
        return read_published(path).program
    if kind is None:
        return None
    run = run_files(path.parent)
    if run is None:
        raise UnreadableSource(
            f"{path}:1: a checkpoint needs its args.json and its model.pt in one folder"
        )
    return read_checkpoint(path.parent, run).program


def _network(path: Path) -> Program:
    from tprog.learn.epochs import is_epoch, read_epoch
    from tprog.learn.extract import extract
    from tprog.learn.weights import load_network

    if is_epoch(path):
        return read_epoch(path)
    network = load_network(path)
    try:
        return extract(network)
    except UnreadableSource:
        raise
    except TprogError as error:
        raise UnreadableSource(f"{path}: {error}") from error
