"""From a graph to a picture, by Graphviz.

pygraphviz's wheels bundle Graphviz, so that pip alone gives pictures that look the same everywhere; an installed `dot` is the second
choice. Either runs as a process of its own: its warnings stay off the terminal, a hang ends at a time limit, and a crash in the library
is an error message.
"""

import importlib.util
import shutil
import subprocess
import sys
from typing import Literal, TypeAlias, get_args

from tprog.analysis.show.graph.dot import Style, node_id, to_dot
from tprog.analysis.show.graph.model import Graph
from tprog.errors import TprogError, UsageError

Format: TypeAlias = Literal["dot", "svg", "png", "pdf"]

FORMATS: tuple[str, ...] = get_args(Format)

POINTS = 72.0  # per inch
MARGIN = 9.0  # points between a layer's nodes and the edge of its band
BAND = "#F6F8FA"
WIDEST = 16000  # pixels of a bitmap's longer side; a sharper one is made coarser
TIME_LIMIT = 120.0  # seconds; a program with 120 modules takes less than one

_PYGRAPHVIZ = (
    "import sys, pygraphviz; "
    "graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode()); "
    "sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog='dot'))"
)


class CannotDraw(TprogError):
    """A picture cannot be drawn: Graphviz is missing or failed."""

    slug = "cannot-draw"


def render(graph: Graph, output: str, style: Style | None = None) -> bytes:
    """Return a picture of a graph; DOT text needs no Graphviz.

    Args:
        graph: what to draw.
        output: `dot`, `svg`, `png` or `pdf`.
        style: how to draw it.

    Raises:
        UsageError: there is no such format.
        CannotDraw: Graphviz is missing or failed.
    """
    style = style or Style()
    if output not in FORMATS:
        raise UsageError(f"no such format: {output!r}; choose one of {', '.join(FORMATS)}")
    if not 50 <= style.dpi <= 600:
        raise UsageError(f"{style.dpi} dots per inch; choose 50 to 600")
    dot = to_dot(graph, style)
    if output == "dot":
        return dot.encode()
    # A background does not move anything, so the second layout is the first one.
    size, boxes = _read_plain(lay_out(dot, "plain").decode())
    shown = graph if style.dead else graph.without_dead()
    dot = to_dot(graph, style, _bands(shown, boxes))
    if output == "png":
        dpi = min(style.dpi, WIDEST / (max(*size, 1.0) / POINTS))
        dot = dot.replace("{", f"{{\n\tdpi={dpi:.1f}", 1)
    return lay_out(dot, output)


def picture(graph: Graph) -> str:
    """Return a graph as an SVG element that can stand in HTML.

    Raises:
        CannotDraw: Graphviz is missing or failed.
    """
    found = render(graph, "svg").decode()
    # What comes before speaks of a file of its own.
    return found[found.index("<svg") :]


Box: TypeAlias = tuple[float, float, float, float]


def _read_plain(plain: str) -> tuple[tuple[float, float], dict[str, Box]]:
    """Return the size and, for each node, left, right, bottom and top, all in points from the lower left corner."""
    size, boxes = (0.0, 0.0), {}
    for line in plain.splitlines():
        words = line.split()
        if words[:1] == ["graph"]:
            size = (float(words[2]) * POINTS, float(words[3]) * POINTS)
        elif words[:1] == ["node"]:
            x, y, width, height = (float(word) * POINTS for word in words[2:6])
            boxes[words[1]] = (x - width / 2, x + width / 2, y - height / 2, y + height / 2)
    return size, boxes


def _bands(graph: Graph, boxes: dict[str, Box]) -> str:
    """Return xdot commands for a shaded band behind every layer.

    The commands may not hold text: Graphviz 14 crashes on text in a background.
    """
    commands = []
    low = min((box[2] for box in boxes.values()), default=0.0) - MARGIN
    high = max((box[3] for box in boxes.values()), default=0.0) + MARGIN
    for layer in range(graph.layers):
        nodes = [boxes[node_id(node)] for node in graph.nodes if node.layer == layer]
        if nodes:
            left = min(box[0] for box in nodes) - MARGIN
            right = max(box[1] for box in nodes) + MARGIN
            corners = " ".join(
                f"{x:.1f} {y:.1f}"
                for x, y in ((left, low), (left, high), (right, high), (right, low))
            )
            commands.append(f"c 7 -{BAND} C 7 -{BAND} P 4 {corners}")
    return " ".join(commands)


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
