"""`tprog lift`: the algorithm behind a program, as RASP."""

from pathlib import Path

import typer

from tprog.cli.choices import OUTPUT, PROGRAM


def lift(
    program: str = PROGRAM,
    output: Path | None = typer.Option(
        None, *OUTPUT, metavar="FILE", help="Where to write the RASP text."
    ),
    simplified: bool = typer.Option(
        True, "--simplify/--no-simplify", help="Lift the shortest program that answers the same."
    ),
    seconds: float = typer.Option(
        60.0, min=0.0, help="When to stop looking for names, and how long to compare then."
    ),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Write a program as RASP: short expressions where they are found, tables elsewhere, both counted.

    Where no table is left, the result is tried on longer inputs against the task itself; that is a report, no proof.

    Example: tprog lift sort
    """
    from tprog.analysis.lifting import lift_program
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, remark, say
    from tprog.files import check_target, write_text
    from tprog.stopping import stopper

    if output is not None:
        check_target(output)
    given = named(program)

    def interrupted() -> None:
        remark("interrupted: what has no name yet stays a table (again: stop at once)")

    with stopper(seconds=seconds, on_signal=interrupted) as stop:
        found = lift_program(given.program, simplified=simplified, seconds=seconds, stop=stop)
    if output is not None:
        write_text(output, found.text)
    if json_output:
        print_json(found.report(output))
    else:
        if output is None:
            say(found.text, keep="\n")
        lifted = found.lifted
        every = "every one of" if lifted.exhaustive else "a sample of"
        say(f"named {lifted.named} of {lifted.total} variables")
        say(f"the same labels on {every} {lifted.inputs:,} inputs")
        if lifted.cut:
            say(f"the comparison was stopped after {seconds:g} seconds; --seconds gives it more")
        for one in found.longer:
            say(f"length {one.length}: {one.right:,} of {one.total:,} labels right")
        if output is not None:
            say(f"wrote {output}")
    if stop.interrupted:
        raise typer.Exit(130)
