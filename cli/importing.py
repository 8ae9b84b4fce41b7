"""`tprog import`: what others have published, as programs."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import OUTPUT

if TYPE_CHECKING:
    from tprog.analysis.importing import FoundPlace, Import

DEFAULT = Path("artifacts/imported")


def import_published(
    path: Path = typer.Argument(
        ..., metavar="PATH", help="A published program, a run folder, or a folder tree of them."
    ),
    out: Path | None = typer.Option(
        None,
        *OUTPUT,
        metavar="FOLDER",
        help="Where the program goes, of a tree a folder for each; by default artifacts/imported/NAME.",
    ),
    as_network: bool = typer.Option(
        False,
        "--as-network",
        help="Let heads choose among several matches as the network did, not as the source does.",
    ),
    force: bool = typer.Option(False, "--force", help="Replace another program in that folder."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Read published programs and checkpoints, and write them as programs of ours. Nothing of them is executed.

    A source means what it computes, its choice among several matches included; on how many inputs its network answers
    otherwise is said. A checkpoint beside a program is compared with it.

    Exit code 0: imported; 1: something cannot be read; 3: a program and the checkpoint beside it do not agree.

    Example: tprog import TransformerPrograms/programs
    """
    from tprog.analysis.importing import bring_in, bring_in_all, places, write_import
    from tprog.cli.progress import stages

    found = places(path)
    suffix = "-as-network" if as_network else ""
    with stages(enabled=not json_output) as progress:
        if len(found) > 1:
            folder = out or DEFAULT / (path.absolute().name + suffix)
            rows = list(
                bring_in_all(found, folder, as_network=as_network, force=force, progress=progress)
            )
        else:
            brought = bring_in(found[0], as_network=as_network, progress=progress)
            name = found[0].name.name + (suffix if brought.said.kind == "source" else "")
            folder = out or DEFAULT / name
            rows = [(found[0], write_import(brought, folder, force=force))]
    _show(rows, folder, json_output)
    raise typer.Exit(_code([came for _, came in rows]))


def _show(rows: "list[tuple[FoundPlace, Import | str]]", folder: Path, json_output: bool) -> None:
    """Print a single import, or what came of each in a tree."""
    from tprog.analysis.importing import NotImported
    from tprog.analysis.show.imports import import_page, tree_page
    from tprog.cli.console import print_json, show

    if json_output:
        said = [
            NotImported(place.path, came) if isinstance(came, str) else came.to_json()
            for place, came in rows
        ]
        print_json(said if len(rows) > 1 else said[0])
        return
    only = rows[0][1]
    if len(rows) > 1 or isinstance(only, str):
        show(tree_page(rows, folder))
    else:
        show(import_page(only))


def _code(came: "list[Import | str]") -> int:
    if any(isinstance(one, str) for one in came):
        return 1
    checked = [one.agreement for one in came if not isinstance(one, str) and one.agreement]
    return 3 if any(one.holds is False for one in checked) else 0
