"""`tprog demo`: the main job, start to end, on `sort`."""

import shlex
import shutil
import sys
from pathlib import Path

import typer

from tprog.cli.choices import OUTPUT


def demo(
    out: Path = typer.Option(
        Path("artifacts/runs/sort/demo"), *OUTPUT, metavar="FOLDER", help="Where to write."
    ),
) -> None:
    """Learn `sort`, check the program, show what it does and draw it; takes a few minutes.

    Example: tprog demo
    """
    from tprog.cli.analyze import analyze
    from tprog.cli.console import say, stdout
    from tprog.cli.graph import graph
    from tprog.cli.run import run
    from tprog.cli.train import train
    from tprog.terminal import Rule

    console = stdout()
    console.print(Rule("1  learn a Transformer that is a program (tprog train sort)", align="left"))
    if _finished(out):
        say(f"{out} holds a finished run; delete it to learn again")
    else:
        _call(train, name="sort", out=out)
    console.print(Rule("2  what it does (tprog analyze)", align="left"))
    _call(analyze, program=str(out))
    console.print(Rule("3  one input, step by step (tprog run --explain)", align="left"))
    _call(run, program=str(out), words=["3", "1", "2"], explain=True)
    console.print(Rule("4  draw it (tprog graph)", align="left"))
    picture = out / "program.svg"
    _call(graph, program=str(out), output=picture)
    _call(graph, program=str(out), output=picture.with_suffix(".png"))
    console.print(Rule("done", align="left"))
    # In an environment that is not activated the command goes by its path.
    tprog = "tprog" if shutil.which("tprog") else sys.argv[0]
    for line in (
        f"Look at  {out / 'program.py'}   the learned program: typed Python, standard library only",
        f"         {picture}  which head reads what",
        f"Try      {shlex.join(['python3', str(out / 'program.py'), '3', '1', '2'])}",
        f"         {shlex.join([tprog, 'run', str(out), '4', '0', '4', '1', '--explain'])}",
        f"         {shlex.join([tprog, 'verify', str(out)])}",
        f"         {tprog} train hist",
    ):
        say(line)


def _finished(folder: Path) -> bool:
    """Tell whether the folder holds a finished run; an unfinished one is resumed."""
    from tprog.manifest import MANIFEST_FILE, read_manifest

    manifest = folder / MANIFEST_FILE
    return manifest.exists() and bool(read_manifest(manifest).other.get("finished"))


def _call(command: object, **given: object) -> None:
    """Call a command as the command line would, with its own defaults for what is not given."""
    import inspect

    assert callable(command)
    defaults = {
        name: getattr(parameter.default, "default", parameter.default)
        for name, parameter in inspect.signature(command).parameters.items()
    }
    command(**{**defaults, **given})
