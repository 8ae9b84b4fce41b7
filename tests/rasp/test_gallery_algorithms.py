"""The gallery's algorithms: their text says what the program beside it computes, and compiles to a Program again."""

import numpy as np
import pytest

from tprog.evaluate import Evaluator, prediction_labels, sample_inputs, scored_positions
from tprog.ir import Program
from tprog.locate import gallery_folder, gallery_names, load
from tprog.rasp.compile import compile_graph
from tprog.rasp.graph import Lookup, Map, Pairs, Select, walk
from tprog.rasp.module import graph_of


def labels(program: Program, seed: int) -> list[str]:
    """Return the labels that count, on inputs drawn from the Program's domain."""
    evaluator, texts = Evaluator(program), np.array(prediction_labels(program), dtype=object)
    found: list[str] = []
    for batch in sample_inputs(program.domain, 5000, seed):
        answers = texts[evaluator.predictions(batch)]
        found += answers[scored_positions(program.domain, batch)].tolist()
    return found


@pytest.mark.parametrize("task", gallery_names())
def test_an_algorithm_compiles_to_its_program_again(task: str) -> None:
    """What was lifted is compiled for the same domain, and gives the same labels."""
    program = load(task)
    graph = graph_of(gallery_folder() / task / "algorithm.rasp")
    compiled = compile_graph(graph, domain=program.domain)
    assert labels(compiled.program, 1) == labels(program, 1)


@pytest.mark.parametrize("task", gallery_names())
def test_an_algorithm_holds_no_table(task: str) -> None:
    """Every step is an expression."""
    for node in walk(graph_of(gallery_folder() / task / "algorithm.rasp")):
        assert not (isinstance(node, Map) and isinstance(node.function, Lookup))
        assert not (isinstance(node, Select) and isinstance(node.relation, Pairs))


def test_the_output_skips_a_variable_that_its_parts_make_needless() -> None:
    """A count that is off by the prefix, and votes that put this right, leave a count and a division."""
    text = (gallery_folder() / "double_hist" / "algorithm.rasp").read_text(encoding="utf-8")
    assert "output = selector_width(select(equal_tokens, equal_tokens, ==)) / equal_tokens;" in text
