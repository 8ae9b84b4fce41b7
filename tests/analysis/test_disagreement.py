"""Where a published program and its network part."""

from dataclasses import replace

import pytest
from example_programs import hist_program
from hypothesis import given
from published.test_program import small
from strategies import programs

from tprog.analysis.disagreement import known_parting, part
from tprog.codegen import emit
from tprog.evaluate import all_inputs, predict
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
    validate,
)
from tprog.json_values import from_json_values, json_values
from tprog.manifest import Manifest, source_hash
from tprog.published.meanings import (
    METRIC,
    Parting,
    TableEnd,
    as_network,
    beyond_tables,
    ranks_note,
)


def copying() -> Program:
    """A head that looks for its own symbol: with two of them apart by two, the source takes itself, the network not."""
    domain = Domain(("a", "b"), 4)
    rows = Table(((), (1,), (2,)))
    head = CategoricalHead(0, 0, 1, rows, Nearest("matches"), name="attn_0_0")
    identity = tuple(tuple(int(value == label) for label in range(5)) for value in range(5))
    classifier = Classifier(tuple("01234"), (CategoricalVotes(2, identity),))
    return Program(domain, (Tokens(), Positions()), (head,), classifier)


@given(programs())
def test_the_networks_tie_break_is_all_that_changes(program: Program) -> None:
    """Afterwards no head ranks itself; everything else stays, and a second time changes nothing."""
    found = as_network(program)
    assert not validate(found)
    assert ranks_note(found) is None
    assert as_network(found) == found
    for before, after in zip(program.operations, found.operations, strict=True):
        if isinstance(before, CategoricalHead) and isinstance(after, CategoricalHead):
            assert replace(after, tie=before.tie) == before
        else:
            assert after == before


def test_heads_that_rank_themselves_are_counted() -> None:
    """The note says how many heads have the source's tie-break, and there is none where none has."""
    assert (ranks_note(copying()) or "").startswith("1 of its heads rank their own position")
    assert ranks_note(as_network(copying())) is None


def test_parting_inputs_are_counted_with_a_shortest_example() -> None:
    """Every input is compared, and the example is one of the shortest that differ."""
    program = copying()
    found = part(program, as_network(program), "source")
    assert found is not None
    other = as_network(program)
    rows = [
        batch.data(row, program.domain)
        for batch in all_inputs(program.domain)
        for row in range(len(batch))
    ]
    different = [
        tokens for tokens in rows if predict(program, [tokens]) != predict(other, [tokens])
    ]
    assert (found.inputs, found.differing) == (len(rows), len(different))
    assert found.exhaustive
    assert len(found.tokens) == min(map(len, different))
    assert list(found.source) == program.run(found.tokens)
    assert list(found.network) == other.run(found.tokens)
    assert f"part on {len(different)} of {len(rows)} inputs, such as" in found.sentence


def test_a_program_with_one_meaning_has_no_parting() -> None:
    """Learned programs have the network's tie-break already."""
    assert known_parting(hist_program(), "", None) is None


def test_meanings_that_agree_say_so() -> None:
    """Where no input tells them apart, that is the figure."""
    program = small()
    found = part(as_network(program), as_network(program), "network")
    assert found.differing == 0
    assert "source and network agree on every one of" in found.sentence


def test_a_manifest_of_this_file_is_believed() -> None:
    """Figures come from the manifest while its hash is the file's; otherwise they are measured where they can be."""
    program = copying()
    source = emit(program)
    kept = Parting("source", 7, 0, True, "every one of 7 inputs")
    manifest = Manifest(source_hash(source), metrics={METRIC: json_values(kept)})
    assert known_parting(program, source, manifest) == kept
    measured = part(program, as_network(program), "source")
    assert known_parting(program, source, manifest, recompute=True) == measured
    assert known_parting(program, source + "#", manifest) == measured
    assert known_parting(program, source, None) == measured
    network = as_network(program)
    assert known_parting(network, source, manifest, recompute=True) == kept
    assert known_parting(network, source, None) is None


def test_figures_survive_json() -> None:
    """What was written is what is read, and anything else is nothing."""
    found = part(copying(), as_network(copying()), "source")
    assert found is not None
    assert from_json_values(json_values(found), Parting) == found
    for wrong in (None, {}, {"meaning": "source"}, {**json_values(found), "meaning": "both"}, 3):
        assert from_json_values(wrong, Parting) is None


@pytest.mark.parametrize(("last", "beyond"), [(1, 3), (2, 2), (9, 0)])
def test_inputs_beyond_a_table_are_counted(last: int, beyond: int) -> None:
    """A count of all positions reaches the framed length, and the shortest input that exceeds the table is shown."""
    domain = Domain(("a",), 4, prefix=None)
    everything = Table(((0,),))
    program = Program(
        domain,
        (Tokens(), Ones()),
        (
            NumericalHead(0, 0, 1, everything),
            NumericalLookup((2,), FiniteValues((0, 1)), (1,), (Rectangle(((1, 1),), 1),), 0),
        ),
        Classifier(("x",), (NumericalVotes(1, (1,)),)),
    )
    found = beyond_tables(program, [TableEnd(program.names[3], last)])
    shortest = " ".join("a" * (last + 1))
    said = f"its table ends at {last}, and arguments reach 4: on {beyond} of 4 inputs, such as `{shortest}`"
    assert [said in one for one in found] == [True] * (beyond > 0)
    assert beyond_tables(program, []) == ()
