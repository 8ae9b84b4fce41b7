"""`tprog export`: a program as a network."""

from pathlib import Path

import typer

from tprog.cli.choices import OUTPUT, PROGRAM

NETWORK_FILE = "weights.safetensors"


def export(
    program: str = PROGRAM,
    out: Path | None = typer.Option(
        None,
        *OUTPUT,
        metavar="PATH",
        help="The file, or with --published the run folder; by default artifacts/exported/NAME.",
    ),
    published: bool = typer.Option(
        False, "--published", help="args.json and model.pt, which the published code loads."
    ),
    force: bool = typer.Option(False, "--force", help="Replace what is there."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Write a program as a network with the same predictions: our checkpoint, or one for the published code.

    The two are compared before anything is written. What the published modules cannot do is refused by name.

    Example: tprog export sort -o sort.safetensors
    """
    from tprog.analysis.exporting import Export, export_network, export_published
    from tprog.cli.again import command
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say
    from tprog.cli.progress import counting
    from tprog.files import check_target

    if out is not None and not published:
        check_target(out)
    found = named(program).program
    name = Path(program).resolve().parent.name if program.endswith(".py") else Path(program).name
    folder = Path("artifacts/exported") / (name or "program")
    target = out or (folder if published else folder / NETWORK_FILE)
    with counting("network against program", enabled=not json_output) as progress:
        write = export_published if published else export_network
        verdict = write(found, target, force=force, progress=progress)
    if json_output:
        print_json(Export(target, verdict))
        return
    say(f"network and program agree on {verdict.how}")
    say(f"wrote {target}")
    if not published:
        say(f"next: {command('verify', program, '--against', target)}")
