"""Running Graphviz. Owns finding and calling it; refuses to know what is drawn.

pygraphviz's wheels bundle Graphviz, so that pip alone gives pictures that look the same everywhere; an installed `dot`
is the second choice. Either runs as a process of its own: its warnings stay off the terminal, a hang ends at a time
limit, and a crash in the library is an error message.
"""

import importlib.util
import shutil
import subprocess
import sys

from tprog.errors import TprogError

TIME_LIMIT = 120.0  # seconds; a program with 120 modules takes less than one

_PYGRAPHVIZ = (
    "import sys, pygraphviz; "
    "graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode()); "
    "sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog='dot'))"
)


class CannotDraw(TprogError):
    """A picture cannot be drawn: Graphviz is missing or failed."""

    slug = "cannot-draw"


def engines() -> list[list[str]]:
    """Return the commands that can lay out DOT text, the best first; a format's name completes each."""
    found = []
    if importlib.util.find_spec("pygraphviz") is not None:
        found.append([sys.executable, "-P", "-c", _PYGRAPHVIZ])
    dot = shutil.which("dot")
    if dot is not None:
        found.append([dot, "-T"])
    return found


def lay_out(dot: str, output: str, time_limit: float = TIME_LIMIT) -> bytes:
    """Return DOT text laid out in one of Graphviz's formats, such as `svg`, `png`, `pdf` or `plain`.

    Raises:
        CannotDraw: Graphviz is missing, failed, or took longer than `time_limit` seconds.
    """
    reasons = []
    for command in engines():
        whole = (
            [*command[:-1], f"{command[-1]}{output}"] if command[-1] == "-T" else [*command, output]
        )
        try:
            done = subprocess.run(
                whole, input=dot.encode(), capture_output=True, timeout=time_limit, check=False
            )
        except subprocess.TimeoutExpired:
            raise CannotDraw(
                f"the layout took longer than {time_limit:g} s; leave out dead parts, or write the DOT text"
            ) from None
        except OSError as error:
            reasons.append(str(error))
            continue
        if done.returncode == 0 and done.stdout:
            return done.stdout
        # Fontconfig warns of settings that are newer than itself, which says nothing of the drawing.
        said = done.stderr.decode(errors="replace").strip().splitlines()
        said = [line for line in said if not line.startswith("Fontconfig")]
        reasons.append(said[-1] if said else f"exit code {done.returncode}")
    if not reasons:
        raise CannotDraw(
            "Graphviz is missing: `pip install pygraphviz`, or install Graphviz so that `dot` is on the PATH; "
            "DOT text needs neither"
        )
    raise CannotDraw(f"Graphviz could not draw the graph: {'; '.join(reasons)}")
