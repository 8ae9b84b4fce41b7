"""`tprog tasks`: what can be learned."""

import typer


def tasks(
    json_output: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
) -> None:
    """List the tasks that can be learned.

    Example: tprog tasks
    """
    from dataclasses import asdict

    from tprog.cli.console import print_json, stdout
    from tprog.tasks import get_task, summarize, task_names

    summaries = [summarize(get_task(name)) for name in task_names()]
    if json_output:
        print_json({"format": 1, "tasks": [asdict(summary) for summary in summaries]})
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("task", "inputs", "how many", "at each position"):
        table.add_column(title, justify="right" if title == "how many" else "left")
    for summary in summaries:
        count = "no end" if summary.count is None else f"{summary.count:,}"
        table.add_row(f"[bold]{summary.name}[/]", summary.inputs, count, summary.description)
    console = stdout()
    console.print(table)
    console.print(
        "\nOther sizes: [bold]tprog train sort:vocabulary=16,length=16[/] (both counted with the frame symbols)."
        "\nYour own: [bold]tprog train --data FILE[/] (JSON lines with tokens and labels)"
        " or [bold]tprog train --task package.module:name[/].",
        highlight=False,
    )
