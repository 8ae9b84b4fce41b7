"""`tprog train --seeds`: several runs of one training, and which of them learned the same algorithm."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tprog.learn.settings import TrainSettings
    from tprog.tasks import Task
    from tprog.terminal import Table


def learn_seeds(
    task: "Task",
    settings: "TrainSettings",
    folders: Mapping[int, Path],
    *,
    fresh: bool,
    force: bool,
    keep_epochs: bool,
) -> int:
    """Train once for each seed, then say which learned the same algorithm; return the exit code.

    A run that is finished is left as it is, so that a command that was cut goes on where it was.

    Args:
        task: what to learn.
        settings: of all runs, but for the seed; their seconds are for all of them together.
        folders: the run folder of each seed.
        fresh: whether unfinished runs are begun again.
        force: whether finished runs are replaced.
        keep_epochs: whether the network of each epoch is kept.
    """
    from tprog.cli.console import stdout
    from tprog.cli.learning import learn_program

    until = None if settings.seconds is None else monotonic() + settings.seconds
    open_folders = {
        seed: folder for seed, folder in folders.items() if force or not _finished(folder)
    }
    for done, (seed, folder) in enumerate(open_folders.items()):
        seconds = None
        if until is not None:
            seconds = max((until - monotonic()) / (len(open_folders) - done), 0.01)
        own = replace(settings, seed=seed, seconds=seconds)
        code = learn_program(task, own, folder, fresh=fresh, force=force, keep_epochs=keep_epochs)
        if code:
            return code
    stdout().print(_table(folders))
    return 0


def _finished(folder: Path) -> bool:
    from tprog.manifest import MANIFEST_FILE, read_manifest

    manifest = folder / MANIFEST_FILE
    return manifest.is_file() and bool(read_manifest(manifest).other.get("finished"))


def _table(folders: Mapping[int, Path]) -> "Table":
    """Return a table of the runs: accuracy, size and algorithm of each."""
    from tprog.analysis.diff.families import families
    from tprog.analysis.measure.sizes import sizes
    from tprog.locate import load
    from tprog.manifest import MANIFEST_FILE, PROGRAM_FILE, read_manifest
    from tprog.terminal import Table

    programs = {seed: load(folder) for seed, folder in folders.items()}
    table = Table()
    for title in ("seed", "test data", "parts", "lines"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("algorithm")
    families_of = families(list(programs.values()))
    for (seed, program), family in zip(programs.items(), families_of, strict=True):
        folder = folders[seed]
        metrics = read_manifest(folder / MANIFEST_FILE).metrics
        source = (folder / PROGRAM_FILE).read_text(encoding="utf-8")
        same = [
            str(other)
            for other, each in zip(programs, families_of, strict=True)
            if each.letter == family.letter and other != seed
        ]
        shared = ""
        if same:
            shared = f", as seed{'s' * (len(same) > 1)} {', '.join(same)}"
        elif family.nearest is not None:
            nearest = list(programs)[family.nearest]
            shared = (
                f", shares {family.shared} of {len(program.operations)} parts with seed {nearest}"
            )
        table.add_row(
            str(seed),
            f"{100 * metrics['test']:.2f} %",
            str(len(program.operations)),
            str(sizes(program, source).lines),
            family.letter + shared + ("" if family.same_votes or not same else "; other votes"),
        )
    return table
