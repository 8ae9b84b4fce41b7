"""`tprog tasks`: what can be learned."""

import typer


def tasks(
    json_output: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
) -> None:
    """List the tasks that can be learned.

    Example: tprog tasks
    """
