"""`tprog export`: a program as a network."""

from pathlib import Path

import typer

from tprog.cli.choices import OUTPUT, PROGRAM
from tprog.errors import UsageError

NETWORK_FILE = "weights.safetensors"


OUT = typer.Option(
    None,
    *OUTPUT,
    metavar="PATH",
    help="The file, or with --published or --transformer the folder; by default artifacts/exported/NAME.",
)
PUBLISHED = typer.Option(
    False, "--published", help="args.json and model.pt, which the published code loads."
)
TRANSFORMER = typer.Option(
    False,
    "--transformer",
    help="An ordinary Transformer: softmax attention, ReLU MLPs, and what each part computes.",
)


def export(
    program: str = PROGRAM,
    out: Path | None = OUT,
    published: bool = PUBLISHED,
    transformer: bool = TRANSFORMER,
    force: bool = typer.Option(False, "--force", help="Replace what is there."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Write a program as a network with the same predictions: our checkpoint, one for the published code, or an ordinary Transformer.

    The two are compared before anything is written. What cannot be done is refused by name.

    Example: tprog export sort -o sort.safetensors
    """
    from tprog.analysis.exporting import (
        Export,
        export_network,
        export_published,
        export_transformer,
    )
    from tprog.cli.again import command
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say
    from tprog.cli.progress import counting
    from tprog.files import check_target

    if published and transformer:
        raise UsageError("give --published or --transformer, not both")
    if out is not None and not published and not transformer:
        check_target(out)
    found = named(program).program
    name = Path(program).resolve().parent.name if program.endswith(".py") else Path(program).name
    folder = Path("artifacts/exported") / (name or "program")
    target = out or (folder if published or transformer else folder / NETWORK_FILE)
    checked = None
    with counting("network against program", enabled=not json_output) as progress:
        if transformer:
            verdict, checked = export_transformer(found, target, force=force, progress=progress)
        else:
            write = export_published if published else export_network
            verdict = write(found, target, force=force, progress=progress)
    if json_output:
        print_json(Export(target, verdict, checked))
        return
    say(f"network and program agree on {verdict.how}")
    if checked is not None:
        margin = "" if checked.margin is None else f"; logits are at least {checked.margin:g} apart"
        say(f"from inverse temperature {checked.least_inverse_temperature:g} on{margin}")
    say(f"wrote {target}")
    if not published:
        say(f"next: {command('verify', program, '--against', target)}")
