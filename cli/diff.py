"""`tprog diff`: what changed between two programs, not which lines."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import programs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tprog.analysis.verify.rasp_form import RaspChange
    from tprog.locate import Named

# Places on test texts where two text programs differ that are shown.
TOLD = 10

FIRST = typer.Argument(
    ...,
    metavar="A",
    help="The program before: a file, a run folder, a gallery name, a published program or a checkpoint.",
    autocompletion=programs,
)
SECOND = typer.Argument(
    ..., metavar="B", help="The program after, given in the same ways.", autocompletion=programs
)


def diff(
    one: str = FIRST,
    other: str = SECOND,
    behaviour: bool = typer.Option(
        False, "--behaviour", help="Compare the answers alone; the exit code speaks of them."
    ),
    html: Path | None = typer.Option(
        None, "--html", "-o", metavar="FILE", help="Also write a page that needs nothing else."
    ),
    every: bool = typer.Option(False, "--all", help="Show every place that changed."),
    limit: int | None = typer.Option(
        None, min=1, help="The most inputs to compare, by default 400,000; beyond it, a sample."
    ),
    seed: int = typer.Option(0, help="Of samples."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what changed from one program to another: heads are known by what they do, not by name or place.

    Exit code 0: the same up to names and order; 3: different. With --behaviour 0: the same answers; 3: others; 4: no
    other answer found in a sample.

    Example: tprog diff artifacts/runs/sort/0 sort
    """
    from tprog.analysis.diff import diff as compare
    from tprog.analysis.show.difference import behaviour_page, difference_page
    from tprog.analysis.show.html import document
    from tprog.analysis.show.model import WIDE
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say, show, stdout
    from tprog.cli.progress import counting
    from tprog.files import check_target, write_text

    given = [named(name) for name in (one, other)]
    sides = [side.program for side in given]
    names = _names(one, other)
    if html is not None:
        check_target(html)
    with counting("comparing", enabled=not json_output) as progress:
        found = compare(*sides, names=names, limit=limit, seed=seed, progress=progress)
    found = replace(found, rasp=_rasp(given))
    told = () if json_output else tuple(_on_texts(given))
    if html is not None:
        title = " → ".join(names)
        write_text(html, document(title, difference_page(found, WIDE, every=True)))
    if json_output:
        print_json(found)
    else:
        width = stdout().width
        show(
            behaviour_page(found, width)
            if behaviour
            else difference_page(found, width, every=every)
        )
        for line in told:
            say(line)
        if html is not None:
            say()
            say(f"wrote {html}")
    raise typer.Exit(found.exit_code(behaviour))


def _on_texts(given: "Sequence[Named]") -> "Iterator[str]":
    """Yield where two programs that were learned from texts differ on those that the second was tested on."""
    from tprog.cli.choices import text_examples
    from tprog.errors import UsageError

    one, other = (side.program.classifier for side in given)
    try:
        texts = text_examples(given[1], None)
    except UsageError:
        return  # What there is to say without texts is said.
    if texts is not None and one.pooled == other.pooled and given[0].program.domain.unknown:
        from tprog.analysis.explain.text_errors import differing_lines

        yield ""
        yield from differing_lines([side.program for side in given], texts.test, TOLD)


def _rasp(given: "Sequence[Named]") -> "RaspChange | None":
    """Return how the RASP forms beside two programs differ, None where not both have one."""
    from tprog.analysis.verify.rasp_form import rasp_change
    from tprog.cli.choices import rasp_form_of

    one, other = map(rasp_form_of, given)
    return None if one is None or other is None else rasp_change(one, other)


def _names(one: str, other: str) -> tuple[str, str]:
    """Return the shortest ends of the two paths that tell them apart."""
    parts = [Path(given).parts or (given,) for given in (one, other)]
    for size in range(1, max(map(len, parts)) + 1):
        shown = ["/".join(part[-size:]).removesuffix(".safetensors") for part in parts]
        if shown[0] != shown[1]:
            return shown[0], shown[1]
    return one, other
