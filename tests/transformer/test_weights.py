"""Ordinary Transformers made of Programs: the same predictions on whole domains."""

from dataclasses import replace

import pytest
import torch
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from hypothesis import assume, given, settings
from strategies import programs

from tprog.analysis.verify.compare import compare
from tprog.errors import BadInput
from tprog.evaluate import encode
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Nearest,
    NumericalHead,
    Positions,
    Program,
    TextRule,
    Tokens,
)
from tprog.learn.fit import within
from tprog.locate import gallery_names, load
from tprog.transformer import survey
from tprog.transformer.survey import NoTransformer
from tprog.transformer.weights import at, to_transformer

# Below it every sum of votes is exact in float32, with the small part of a unit that decides between equal ones.
EXACT_VOTES = 1 << 14


def closed(program: Program) -> Program:
    """Return a program with votes that float32 holds, whose rules over letters see words of the vocabulary alone."""
    program = within(program, EXACT_VOTES)
    if not any(isinstance(variable, TextRule) for variable in program.inputs):
        return program
    return replace(program, domain=replace(program.domain, unknown=None))


@settings(max_examples=scaled(60))
@given(programs(max_inputs=60))
def test_a_transformer_predicts_what_its_program_does(program: Program) -> None:
    """On every input of small domains, whatever the modules, the tie-breaks, the frame and the pooling."""
    program = closed(program)
    verdict = compare(to_transformer(program)[0], program)
    assert verdict.outcome != "different", verdict.counterexample


@settings(max_examples=scaled(18))
@given(programs(max_inputs=40, max_operations=4))
def test_bounds_do_where_inputs_are_too_many_to_list(program: Program) -> None:
    """A circuit that is made from bounds alone has the same predictions."""
    program = closed(program)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(survey, "LISTED", 0)
        patched.setattr(survey, "LARGEST_NUMBER", 24)
        try:
            network, _ = to_transformer(program)
        except NoTransformer as error:
            assume("can reach" not in str(error))
            raise
    verdict = compare(network, program)
    assert verdict.outcome != "different", verdict.counterexample


@pytest.mark.parametrize("seed", range(3))
def test_many_heads_and_look_ups_share_few_blocks(seed: int) -> None:
    """A random Program of a published shape keeps its predictions, in at most two blocks for each of its layers."""
    program = large_program(2, 4, 2, seed)
    network, circuit = to_transformer(program)
    assert compare(network, program, limit=500).outcome != "different"
    assert len(circuit.blocks) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", gallery_names())
def test_the_gallery_as_transformers(name: str) -> None:
    """Every program of the gallery keeps its predictions: on the whole domain, or where that is too large on 20,000 inputs."""
    program = load(name)
    limit = 20_000 if name in ("dyck2", "induction") else 400_000
    verdict = compare(to_transformer(program)[0], program, limit=limit)
    assert verdict.outcome == ("unknown" if limit == 20_000 else "equal"), verdict.counterexample


def test_counting_takes_one_block() -> None:
    """A look-up of one count is a step function, written by the neurons that tell the counts apart."""
    network, circuit = to_transformer(hist_program())
    assert network.config.n_layers == 1
    assert {head.variable for head in circuit.blocks[0].heads} == {"count_own"}


@pytest.mark.parametrize("causal", [False, True])
def test_padding_changes_nothing(causal: bool) -> None:
    """No head looks at padding, so inputs of several lengths make one batch."""
    program = hist_program()
    if causal:
        head, *others = program.operations
        assert isinstance(head, NumericalHead)
        program = replace(program, operations=(replace(head, causal=True), *others))
    network, _ = to_transformer(program)
    assert network.config.attention == ("causal" if causal else "bidirectional")
    tokens = torch.tensor([[0, 2, 3, 4]])
    padded = torch.tensor([[0, 2, 3, 4, 1, 1]])
    assert torch.allclose(network(padded)[:, :4], network(tokens), atol=1e-4)


def test_heat_blurs_and_cold_decides() -> None:
    """The same weights at a lower inverse temperature make mistakes; at a higher one they do not."""
    program = reverse_program()
    network, _ = to_transformer(program)
    assert compare(at(network, 0.01), program).outcome == "different"
    assert compare(at(network, 64.0), program).outcome == "equal"


def test_words_that_are_not_in_the_vocabulary() -> None:
    """They are read as the unknown symbol where the Program has one, and refused where not."""
    closed_domain = Domain(("a", "b"), 3, prefix=None)
    votes = (CategoricalVotes(0, ((5, 0), (0, 5))),)
    program = Program(closed_domain, (Tokens(),), (), Classifier(("x", "y"), votes))
    open_program = replace(program, domain=replace(closed_domain, unknown="b"))
    ((_, batch),) = encode(open_program.domain, [["a", "new"]])
    network, _ = to_transformer(open_program)
    assert network.predict(batch).tolist() == [[0, 1]]
    with pytest.raises(BadInput, match="new"):
        to_transformer(program)[0].predict(batch)


def test_nothing_matches_without_a_prefix() -> None:
    """Where no key matches, the first token is copied, whatever it is."""
    head = CategoricalHead(1, 1, 0, Compare("==", offset=1), Nearest())
    votes = (CategoricalVotes(2, ((5, 0), (0, 5))),)
    program = Program(
        Domain(("a", "b"), 3, prefix=None),
        (Tokens(), Positions()),
        (head,),
        Classifier(("a", "b"), votes),
    )
    assert compare(to_transformer(program)[0], program).outcome == "equal"


def test_what_is_refused() -> None:
    """A Program without a greatest length, and rules over words that no token stands for."""
    endless = replace(hist_program(), domain=Domain(("a", "b", "c"), None))
    with pytest.raises(NoTransformer, match="no greatest length"):
        to_transformer(endless)
    rule = TextRule("prefix", FiniteValues(("a", "b")), 1, 1)
    domain = Domain(("a", "b"), 2, unknown="b")
    votes = (CategoricalVotes(0, ((5, 0), (0, 5))),)
    with pytest.raises(NoTransformer, match="letters"):
        to_transformer(Program(domain, (rule,), (), Classifier(("x", "y"), votes)))
