"""`tprog rasp`: the language RASP, as a dialogue, a file or an expression."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tprog.errors import UsageError
from tprog.json_values import Formatted

if TYPE_CHECKING:
    from tprog.rasp.module import Module
    from tprog.rasp.repl import Repl
    from tprog.rasp.values import Given


@dataclass(frozen=True, slots=True)
class Applied(Formatted):
    """What an s-op gives on an input.

    Attributes:
        input: the input's elements.
        values: a value for each of them; fractions as decimals.
        type: their type: strings, bools, ints or floats.
    """

    input: tuple[str | int | float | bool, ...]
    values: tuple[str | int | float | bool, ...]
    type: str


EXPRESSION = typer.Option(
    None, "--expr", "-e", metavar="TEXT", help="Take this text in place of a file."
)
PURE = typer.Option(
    False, "--pure", help="Print plain RASP, which the published interpreter reads."
)
RASP_L = typer.Option(
    False, "--rasp-l", help="Check the rules of RASP-L, whose operations the text may use."
)
DRAW = typer.Option(
    None, "--draw", metavar="FILE", help="Draw what happens on INPUT (.svg, .png, .pdf, .dot)."
)


def rasp(
    file: Path | None = typer.Argument(None, metavar="[FILE]", help="A RASP file."),
    given: str | None = typer.Argument(
        None, metavar="[INPUT]", help="Apply the s-op to this: a word, or a JSON list."
    ),
    expression: str | None = EXPRESSION,
    name: str | None = typer.Option(None, help="The s-op to take; by default the last value."),
    pure: bool = PURE,
    costs: bool = typer.Option(False, "--cost", help="Count layers, and heads per layer."),
    rasp_l: bool = RASP_L,
    draw: Path | None = DRAW,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Run RASP: without a file a dialogue, with one its statements, with an input its last s-op.

    Example: tprog rasp --expr 'sort(tokens, tokens)' hello
    """
    if expression is not None and file is not None:
        # The only word is the input then.
        given, file = _single(file, given), None
    if file is None and expression is None:
        if pure or costs or rasp_l or draw or json_output or name:
            raise UsageError("give a FILE or --expr TEXT")
        _dialogue()
        return
    if (draw or json_output) and not (costs or rasp_l) and given is None:
        raise UsageError("give an INPUT too, a word or a JSON list")
    example = None if given is None else typed(given)
    module = _module(file, expression, example, rasp_l)
    if pure:
        _print_plain(module, name)
    elif costs:
        _print_cost(module, name, json_output)
    elif rasp_l and example is None:
        _judge(module, name, json_output)
    elif example is None:
        _print_outcomes(module, name)
    else:
        _apply(module, name, example, draw, json_output)


def _print_plain(module: "Module", name: str | None) -> None:
    from tprog.cli.console import say
    from tprog.rasp.printing import to_text

    nodes = {name: module.sop(name)} if name else module.nodes()
    say(to_text(nodes or {"answer": module.node()}, pure=True).rstrip("\n"), keep="\n")


def _print_cost(module: "Module", name: str | None, json_output: bool) -> None:
    from tprog.cli.console import print_json, say
    from tprog.rasp.cost import cost

    found = cost(module.sop(name))
    if json_output:
        print_json(found)
        return
    heads = ", ".join(map(str, found.heads)) or "none"
    layers = f"{found.layers} layer{'' if found.layers == 1 else 's'}"
    say(f"{layers}, at most {found.widest} heads; per layer: {heads}")


def _judge(module: "Module", name: str | None, json_output: bool) -> None:
    from tprog.cli.console import print_json, say
    from tprog.rasp.rasp_l import judge

    found = judge(module, name)
    if json_output:
        print_json(found)
    elif found.holds:
        say(f"RASP-L: {found.operations} operations, {found.heads} heads in {found.layers} layers")
        say(
            "The conjecture expects a Transformer to learn this for longer inputs too, the likelier the"
            " shorter the program is: a hint, not a verdict"
        )
    else:
        say(f"not RASP-L, line {found.line}, column {found.column}: {found.reason}")
        say("The conjecture expects nothing of it on longer inputs: a hint, not a verdict")
    raise typer.Exit(0 if found.holds else 3)


def _print_outcomes(module: "Module", name: str | None) -> None:
    from tprog.cli.console import say
    from tprog.rasp.shown import outcome_text

    module.interpreter.settings.sops = module.interpreter.settings.selectors = False
    for outcome in (name is None and module.shown) or module.definitions(name):
        say(outcome_text(outcome, module.interpreter).rstrip("\n"), keep="\n\t")


def _apply(
    module: "Module", name: str | None, given: "Given", picture: Path | None, json_output: bool
) -> None:
    from tprog.cli.choices import check_picture
    from tprog.cli.console import print_json, say
    from tprog.rasp.shown import sequence, type_name
    from tprog.rasp.values import plain

    if picture is not None:
        check_picture(picture)
    values = module.apply(name, given).values
    if picture is not None:
        _draw(picture, module, name, given)
    if json_output:
        print_json(Applied(tuple(map(plain, given)), tuple(map(plain, values)), type_name(values)))
    else:
        say(sequence(values))


def typed(text: str) -> "Given":
    """Return an input as it is typed: a JSON list of atoms, else the word itself.

    Raises:
        UsageError: it is empty, or a list of something else.
    """
    from tprog.rasp.functions import number

    found: Any = text
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return text
        if not all(isinstance(one, str | int | float) for one in found):
            raise UsageError("a JSON list as input holds strings, numbers and booleans")
        found = [number(one) for one in found]
    if not found:
        raise UsageError("the input is empty; give at least one element")
    return found  # type: ignore[no-any-return]


def _single(first: Path, second: str | None) -> str:
    if second is not None:
        raise UsageError("give a FILE or --expr TEXT, not both")
    return str(first)


def _module(
    file: Path | None, expression: str | None, example: "Given | None", rasp_l: bool
) -> "Module":
    from tprog.rasp.module import read, read_text, statements_of

    if file is not None:
        return read(file, example, rasp_l)
    assert expression is not None
    return read_text(statements_of(expression), "expression", example, rasp_l)


def _draw(path: Path, module: "Module", name: str | None, given: "Given") -> None:
    from tprog.analysis.show.graph.rasp import rasp_picture
    from tprog.cli.console import remark
    from tprog.files import write_bytes

    ending = path.suffix.removeprefix(".").lower()
    names = {node: one for one, node in module.nodes().items()}
    write_bytes(path, rasp_picture(module.sop(name), given, names, ending))
    remark(f"wrote {path}")


def _dialogue() -> None:
    """Talk: at a terminal with completion, history and colours; through a pipe the published text alone."""
    import sys
    from contextlib import suppress

    from tprog.cli.console import say, stdout
    from tprog.rasp.repl import ANNOUNCED, repl
    from tprog.terminal import Text

    terminal = sys.stdin.isatty() and sys.stdout.isatty()

    def write(text: str) -> None:
        for line in text.removesuffix("\n").split("\n"):
            if terminal and ("!!" in line or line.startswith("something went wrong")):
                stdout().print(Text(line.expandtabs(), "red"))
            else:
                say(line, keep="\t")

    def ask(prompt: str) -> str | None:
        with suppress(EOFError):
            return input(prompt)
        return None

    session = repl(write)
    if terminal:
        _complete(session)
    write(ANNOUNCED)
    session.feed(ask)


def _complete(session: "Repl") -> None:
    """Let the tabulator complete names; the arrows reach what was typed before."""
    from contextlib import suppress

    from tprog.rasp.values import KEYWORDS

    with suppress(ImportError):  # not every system has it
        import readline

        def complete(begun: str, number: int) -> str | None:
            words = sorted(w for w in {*session.scope.known(), *KEYWORDS} if w.startswith(begun))
            return words[number] if number < len(words) else None

        readline.set_completer(complete)
        readline.set_completer_delims(" \t\n()[]{},;:=<>+-*/%^!")
        readline.parse_and_bind("tab: complete")
