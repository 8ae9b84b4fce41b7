"""How things show themselves in a notebook. Owns the pages of the core's values; refuses layout.

Programs and traces are of the core, which knows no pages: they show themselves through `tprog.html`, which the front door takes
from here. Everything else names its own page.
"""

from tprog.analysis.show.graph.model import Graph
from tprog.evaluate.traces import Trace
from tprog.ir import Program


def html(thing: object) -> str:
    """Return something as HTML that can stand anywhere, in dark and in light.

    Args:
        thing: a Program, a graph, a trace of one input, a verdict, a difference, a simplification, circuits, traced
            errors, or a list or tuple of such things.

    Raises:
        TypeError: it is nothing of ours.
        CannotDraw: a graph cannot be drawn.
    """
    match thing:
        case Program():
            from tprog.analysis.show.page.program_html import program_snippet

            return program_snippet(thing)
        case Trace():
            from tprog.analysis.show.page.trace_html import trace_snippet

            return trace_snippet(thing)
        case Graph():
            from tprog.analysis.show.graph.draw import picture
            from tprog.analysis.show.page.html import snippet

            return snippet(picture(thing))
        case list() | tuple():
            return "".join(html(one) for one in thing)
    show = getattr(thing, "_repr_html_", None)
    if show is None or not type(thing).__module__.startswith("tprog."):
        raise TypeError(f"{type(thing).__name__} has no page of its own")
    return str(show())
