"""`tprog tasks`: what can be learned."""

import typer


def tasks(
    more: bool = typer.Option(
        False, "--more", help="Those of other studies: languages, addition, copying, counting."
    ),
    json_output: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
) -> None:
    """List the tasks that can be learned: those of the paper, or with --more those of other studies.

    Example: tprog tasks
    """
    from tprog.cli.console import print_json, stdout
    from tprog.tasks.registry import Tasks, get_task, more_names, summarize, task_names

    summaries = [summarize(get_task(name)) for name in (more_names() if more else task_names())]
    if json_output:
        print_json(Tasks(tuple(summaries)))
        return
    from tprog.terminal import Table, Text

    table = Table(header_style="bold", padding=(0, 1))
    for title in ("task", "inputs", "how many", "at each position"):
        table.add_column(title, justify="right" if title == "how many" else "left")
    for summary in summaries:
        count = "no end" if summary.count is None else f"{summary.count:,}"
        table.add_row(Text(summary.name, "bold"), summary.inputs, count, summary.description)
    console = stdout()
    console.print(table)
    console.print()
    sizes = ("tprog train sort:vocabulary=16,length=16", "bold")
    console.print(Text.assemble("Other sizes: ", sizes, " (both counted with the frame symbols)."))
    file, module = "tprog train --data FILE", "tprog train --task package.module:name"
    console.print(
        Text.assemble(
            *("Your own: ", (file, "bold"), " (JSON lines, CSV or TSV with tokens and labels) or "),
            *((module, "bold"), "."),
        )
    )
