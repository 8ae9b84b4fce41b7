"""`tprog run`: what a program answers, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import INPUT, PROGRAM
from tprog.errors import UsageError
from tprog.json_values import Formatted

if TYPE_CHECKING:
    from tprog.ir import Program
    from tprog.locate import Named


@dataclass(frozen=True, slots=True)
class Answers(Formatted):
    """The labels of one input.

    Attributes:
        tokens: the tokens, as they were given.
        labels: one label for each data symbol, or a single one.
    """

    tokens: tuple[str, ...]
    labels: tuple[str, ...]


def run(
    program: str = PROGRAM,
    words: list[str] = typer.Argument(
        None,
        metavar="[TOKENS...]",
        help="The input's data symbols; behind -- they may begin with -.",
    ),
    text: str | None = INPUT,
    explain: bool = typer.Option(
        False, "--explain", help="Show each variable, who attends where and how the votes fall."
    ),
    stop: list[str] = typer.Option(
        [],
        "--break",
        metavar="HEAD",
        help="Stop in the emitted code of this head or look-up: pdb, or what PYTHONBREAKPOINT names.",
    ),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Run a program on one input. The file is read, not executed; with --break its emitted code runs.

    Example: tprog run sort 3 1 2 --explain
    """
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say, show, stdout
    from tprog.cli.inputs import typed_input
    from tprog.visible import quoted

    given = named(program)
    found = given.program
    if stop and explain:
        raise UsageError("give --break or --explain, not both")
    tokens = typed_input(found.domain, words or (), text)
    if not explain:
        labels = _stopping(found, tokens, stop) if stop else found.run(tokens)
        if json_output:
            print_json(Answers(tuple(tokens), tuple(labels)))
        else:
            say(" ".join(map(quoted, labels)))
        return
    from tprog.analysis.explain.explain import explain as explain_input
    from tprog.analysis.explain.text import is_text, verdict_lines
    from tprog.analysis.show.explanation import explanation_page

    explanation = explain_input(found, tokens, _truth(given, tokens))
    if json_output:
        print_json(explanation)
        return
    if is_text(found):
        for line in verdict_lines(found, tokens):
            say(line)
        say()
    show(explanation_page(explanation, stdout().width))


def _stopping(program: "Program", tokens: list[str], parts: list[str]) -> list[str]:
    """Run the emitted code with stops; who quits the debugger has interrupted the run."""
    from bdb import BdbQuit

    from tprog.analysis.explain.debugging import check_parts, run_stopping
    from tprog.cli.console import remark

    check_parts(program, parts)
    remark(
        f"stopping in {', '.join(parts)}; `words` is the sequence, `x` holds the variables so far"
    )
    try:
        return run_stopping(program, tokens, parts)
    except BdbQuit:
        raise KeyboardInterrupt from None


def _truth(given: "Named", tokens: list[str]) -> tuple[str | None, ...] | None:
    """Return the right labels where the program's task is known and gives this input a truth."""
    from tprog.cli.choices import task_of
    from tprog.errors import TprogError

    try:
        task = task_of(given, None, None)
        return None if task is None else task.truth(tokens)
    except TprogError:
        # The explanation stands without it: the task is a user's own, or has no such input.
        return None
