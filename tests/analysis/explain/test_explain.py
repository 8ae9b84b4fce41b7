"""Tests of explanations."""

import json
from dataclasses import replace

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.explain.explain import Contribution, explain, ranges
from tprog.errors import BadInput
from tprog.evaluate import predict
from tprog.ir import CategoricalHead, Constant, Program


def test_an_explanation_shows_values_and_where_heads_look() -> None:
    """`reverse` finds the end from everywhere and copies from the mirrored position."""
    found = explain(reverse_program(), ["a", "b"])
    rows = {row.name: row for row in found.rows}
    assert found.tokens == ("<s>", "a", "b", "</s>")
    assert rows["end"].cells == ("3", "3", "3", "3")
    assert rows["end"].looks == ("→3", "→3", "→3", "→3")
    assert rows["mirror"].cells == ("3", "2", "1", "0")
    assert rows["mirror"].looks == ()
    assert rows["mirrored_token"].looks == ("→3", "→2", "→1", "→0")
    assert rows["mirrored_token"].reads == "q mirror, k positions, v tokens"
    assert found.predictions == ("b", "a")


def test_a_default_is_marked_and_counting_heads_list_their_positions() -> None:
    """Where nothing matches, position 0 is taken by default."""
    program = reverse_program()
    end = program.operations[0]
    assert isinstance(end, CategoricalHead)
    blind = replace(end, predicate=Constant(False))
    changed = replace(program, operations=(blind, *program.operations[1:]))
    assert explain(changed, ["a"]).rows[3].looks == ("→0*", "→0*", "→0*")
    counting = explain(hist_program(), ["a", "b", "a"])
    assert counting.rows[3].looks == ("0", "1 3", "2", "1 3")


def test_votes_are_told_against_the_next_label() -> None:
    """The margin is the sum of what the variables contribute."""
    found = explain(reverse_program(), ["a", "b"])
    assert [(ruling.position, ruling.token, ruling.predicted) for ruling in found.rulings] == [
        (1, "a", "b"),
        (2, "b", "a"),
    ]
    assert found.rulings[0].rival == "<s>"
    assert found.rulings[0].contributions == (Contribution("mirrored_token", "b", 10),)
    assert found.rulings[0].margin == 10


def test_a_wrong_label_is_told_against_the_right_one() -> None:
    """With the truth at hand, the rival of a wrong label is what it should have been."""
    found = explain(reverse_program(), ["a", "b"], expected=["b", "c"])
    assert [(ruling.expected, ruling.rival) for ruling in found.rulings] == [
        ("b", "<s>"),
        ("c", "c"),
    ]
    with pytest.raises(ValueError, match="1 expected labels for 2 predictions"):
        explain(reverse_program(), ["a", "b"], expected=["b"])


def test_a_bad_token_is_refused() -> None:
    """Tokens outside the domain are an error of the user."""
    with pytest.raises(BadInput, match="unknown token 'z'"):
        explain(reverse_program(), ["z"])


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((), "-"), ((3,), "3"), ((1, 2), "1-2"), ((0, 2, 3, 4, 7), "0 2-4 7")],
)
def test_positions_are_listed_in_short(numbers: tuple[int, ...], text: str) -> None:
    """Runs become ranges."""
    assert ranges(numbers) == text


@given(st.data())
def test_contributions_add_up_to_the_margin(data: st.DataObject) -> None:
    """On every random Program the told votes explain the whole margin, and the predictions are the evaluator's."""
    program: Program = data.draw(programs(None).filter(lambda p: p.domain.unknown is None))
    least = program.domain.min_length
    length = data.draw(st.integers(least, program.domain.max_length or least + 3))
    tokens = data.draw(
        st.lists(st.sampled_from(program.domain.symbols), min_size=length, max_size=length)
    )
    found = explain(program, tokens)
    assert list(found.predictions) == predict(program, [tokens])[0]
    assert len(found.rulings) == len(found.predictions)
    for ruling, prediction in zip(found.rulings, found.predictions, strict=True):
        assert ruling.predicted == prediction
        if ruling.margin is not None:
            assert sum(one.gain for one in ruling.contributions) == ruling.margin >= 0
    assert all(len(row.cells) == len(found.tokens) for row in found.rows)
    assert json.loads(json.dumps(found.to_json()))["format"] == 1
