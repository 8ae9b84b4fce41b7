"""Circuits as graphs. Owns which circuit is drawn and what the title says; refuses to lay out."""

from tprog.analysis.explain.circuits.closeup import Closeup, held_parts
from tprog.analysis.explain.circuits.survey import Survey
from tprog.analysis.explain.describe import show_value
from tprog.analysis.show.graph.circuit import circuit_graph
from tprog.analysis.show.graph.model import Graph
from tprog.analysis.show.page.words import share_note, share_text
from tprog.ir import Program

LONGEST_TOKENS = 60


def closeup_graph(program: Program, closeup: Closeup) -> Graph:
    """Return the circuit of one prediction, its edges as thick as their votes there.

    Args:
        program: the Program.
        closeup: see `closeups`.
    """
    start = int(program.domain.prefix is not None)
    stop = len(closeup.tokens) - int(program.domain.suffix is not None)
    tokens = " ".join(map(show_value, closeup.tokens[start:stop]))
    if len(tokens) > LONGEST_TOKENS:
        tokens = tokens[: LONGEST_TOKENS - 1] + "…"
    place = "" if closeup.position is None else f", position {closeup.position}"
    against = "" if closeup.runner_up is None else f" against {show_value(closeup.runner_up)}"
    return circuit_graph(
        program,
        closeup.parts,
        {vote.variable: float(vote.gain) for vote in closeup.votes},
        dict(closeup.held),
        f"{tokens}{place}: {show_value(closeup.answer)}{against}",
    )


def survey_graph(program: Program, found: Survey) -> Graph:
    """Return the circuit that decides most often, its edges as thick as their mean votes.

    Args:
        program: the Program.
        found: see `survey`.
    """
    if not found.circuits:
        return circuit_graph(program, (), {}, {}, "no predictions")
    circuit = found.circuits[0]
    held = dict(held_parts(program, found.parts, circuit.parts, found.neutral.commonest))
    texts = {
        part: " or ".join(dict.fromkeys(one.text(program, part) for one in found.neutral.by_label))
        for part in held
    }
    share = found.share(circuit.count)
    title = f"the circuit that decides most often: {share_text(share.value)}, {share_note(share)}"
    return circuit_graph(program, circuit.parts, dict(circuit.gains), texts, title)
