"""The head dependency graph: as data, and as DOT, SVG, PNG and PDF."""

from tprog.analysis.show.graph.circuit import circuit_graph
from tprog.analysis.show.graph.dot import Style, to_dot
from tprog.analysis.show.graph.draw import FORMATS, Format, render
from tprog.analysis.show.graph.engine import CannotDraw
from tprog.analysis.show.graph.model import Edge, Graph, Node, build_graph

__all__ = [
    "FORMATS",
    "CannotDraw",
    "Edge",
    "Format",
    "Graph",
    "Node",
    "Style",
    "build_graph",
    "circuit_graph",
    "render",
    "to_dot",
]
