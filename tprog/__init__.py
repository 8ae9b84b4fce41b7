"""tprog: Transformers that are programs.

The Python API, loaded when it is first used:

- `load(name)` reads a Program from a program file, a run folder or a gallery entry; nothing is executed.
- `Program.run(tokens)` gives its labels for one input.
- `train(task)` learns one.
- `simplify(program)` finds the shortest Program that can be shown to answer the same.
- `verify(program, against)` compares a Program with its task, another Program or a network.
- `diff(before, after)` says what changed between two Programs.
- `circuits(program)` finds which parts decide, over many inputs or for one.
- `trace(program)` ranks the branches that a Program's errors come from.
- `graph(program)` is who reads what, as a picture; `report(program)` is one HTML page on everything.
- `emit(program)` writes it down as typed Python; `read(text)` reads that back.
- `html(thing)` is what a notebook shows of a Program, a graph, a trace, a verdict and the like.
- `get_task(spec)` is a published task; `Task` makes one of your own.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tprog import hooks

if TYPE_CHECKING:
    from tprog.analysis.api import circuits as circuits
    from tprog.analysis.api import report as report
    from tprog.analysis.api import trace as trace
    from tprog.analysis.diff.diff import diff as diff
    from tprog.analysis.prove.verify import verify as verify
    from tprog.analysis.show.graph.model import build_graph as graph
    from tprog.analysis.show.notebook import html as html
    from tprog.analysis.simplify.simplify import simplify as simplify
    from tprog.analysis.training import train as train
    from tprog.codegen import emit as emit
    from tprog.ir import Program as Program
    from tprog.learn.settings import TrainSettings as TrainSettings
    from tprog.locate import load as load
    from tprog.reader import read_source as read
    from tprog.tasks.registry import get_task as get_task
    from tprog.tasks.task import Task as Task

_HOMES = {
    "Program": ("tprog.ir", "Program"),
    "Task": ("tprog.tasks.task", "Task"),
    "TrainSettings": ("tprog.learn.settings", "TrainSettings"),
    "circuits": ("tprog.analysis.api", "circuits"),
    "diff": ("tprog.analysis.diff", "diff"),
    "emit": ("tprog.codegen", "emit"),
    "get_task": ("tprog.tasks.registry", "get_task"),
    "graph": ("tprog.analysis.show.graph.model", "build_graph"),
    "html": ("tprog.analysis.show.notebook", "html"),
    "load": ("tprog.locate", "load"),
    "read": ("tprog.reader", "read_source"),
    "report": ("tprog.analysis.api", "report"),
    "simplify": ("tprog.analysis.simplify.simplify", "simplify"),
    "trace": ("tprog.analysis.api", "trace"),
    "train": ("tprog.analysis.training", "train"),
    "verify": ("tprog.analysis.prove.verify", "verify"),
}

__all__ = [
    "Program",
    "Task",
    "TrainSettings",
    "circuits",
    "diff",
    "emit",
    "get_task",
    "graph",
    "html",
    "load",
    "read",
    "report",
    "simplify",
    "trace",
    "train",
    "verify",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a part of the API when it is first asked for, so that `import tprog` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tprog' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """List the API."""
    return [*__all__, "__version__"]


def _html(thing: object) -> str:
    from tprog.analysis.show.notebook import html

    return html(thing)


def _run(program: "Program", tokens: Sequence[str]) -> list[str]:
    from tprog.evaluate import predict

    return predict(program, [tokens])[0]


# Values import neither their pages nor the evaluation: see `tprog/hooks.py`.
hooks.install(html=_html, run=_run)
