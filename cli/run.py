"""`tprog run`: what a program answers, and why."""

import typer

from tprog.cli.choices import PROGRAM


def run(
    program: str = PROGRAM,
    tokens: list[str] = typer.Argument(..., metavar="TOKENS...", help="The input's data symbols."),
    explain: bool = typer.Option(
        False, "--explain", help="Show each variable, who attends where and how the votes fall."
    ),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Run a program on one input. The file is read, not executed.

    Example: tprog run sort 3 1 2 --explain
    """
    from tprog.cli.console import print_json, stdout
    from tprog.locate import load

    found = load(program)
    if not explain:
        labels = found.run(tokens)
        if json_output:
            print_json({"format": 1, "tokens": tokens, "labels": labels})
        else:
            print(" ".join(labels))
        return
    from tprog.analysis.explain import explain as explain_input
    from tprog.analysis.page.explain_page import explain_page

    explanation = explain_input(found, tokens, _truth(found.provenance.task, tokens))
    if json_output:
        print_json(explanation.to_json())
        return
    console = stdout()
    console.print(explain_page(explanation, console.width))


def _truth(spec: str | None, tokens: list[str]) -> tuple[str | None, ...] | None:
    """Return the right labels where the program's task is known and gives this input a truth."""
    from tprog.errors import TprogError
    from tprog.tasks import get_task

    if spec is None:
        return None
    try:
        return get_task(spec).truth(tokens)
    except TprogError:
        # The explanation stands without it: the task is a user's own, or has no such input.
        return None
