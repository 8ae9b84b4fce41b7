"""The RASP text that stands beside a Program, held to the Program before anybody is shown it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tprog.analysis.measure.graph_predictor import GraphPredictor
from tprog.analysis.verify.compare import compare
from tprog.errors import TprogError
from tprog.files import read_text as read_file
from tprog.ir import Program
from tprog.rasp.graph import Node, SOp
from tprog.rasp.module import read_text

SECONDS = 10.0
"""The most that comparing a text with its Program may take: 400,000 inputs of the gallery's largest need six."""


class OtherAlgorithm(TprogError):
    """A RASP text computes something else than the program that it stands beside."""

    slug = "other-algorithm"


@dataclass(frozen=True, slots=True, eq=False)
class RaspForm:
    """A Program's algorithm as RASP.

    Attributes:
        text: the file's text.
        graph: its last value.
        names: what its s-ops and selectors are called.
        how: on which inputs it was found to give the Program's labels.
    """

    text: str
    graph: SOp
    names: Mapping[Node, str]
    how: str


@dataclass(frozen=True, slots=True)
class RaspChange:
    """How the RASP forms of two programs differ.

    Attributes:
        same: whether both are one graph, whatever they are called and in which order they are written.
        lines: the lines of the first that went and of the second that came, `-` and `+` before them; none for one graph.
    """

    same: bool
    lines: tuple[str, ...]


def rasp_form(program: Program, path: Path) -> RaspForm:
    """Read the RASP file beside a Program and compare the two.

    Raises:
        OtherAlgorithm: it gives another label somewhere, or no value.
        TprogError: it is no RASP, or has other inputs.
    """
    text = read_file(path)
    module = read_text(text, str(path))
    graph = module.sop()
    verdict = compare(GraphPredictor(graph, program.domain), program, seconds=SECONDS)
    if verdict.outcome == "different":
        raise OtherAlgorithm(
            f"{path} is another algorithm than the program beside it: other labels on "
            f"{verdict.differing_inputs:,} of {verdict.inputs:,} inputs"
        )
    names = {node: name for name, node in module.nodes().items()}
    return RaspForm(text, graph, names, verdict.how)


def rasp_change(one: RaspForm, other: RaspForm) -> RaspChange:
    """Return how two RASP forms differ."""
    if one.graph == other.graph:
        return RaspChange(True, ())
    sides = (one.text.splitlines(), other.text.splitlines())
    lines = difflib.unified_diff(*sides, lineterm="", n=0)
    found = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return RaspChange(False, tuple(found))
