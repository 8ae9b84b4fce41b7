"""Fewer rows of votes: what is joined votes alike, and what is left out is not needed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text.made_up import write_entities

from tprog.ir import CategoricalVotes, Program
from tprog.text.corpus import Corpus, make_corpus, sums
from tprog.text.entities import EntitySettings, begin, learn_entities
from tprog.text.evidence import Ints
from tprog.text.heads import Look
from tprog.text.reading import read_documents
from tprog.text.shortening import (
    Short,
    everything,
    origins,
    row_count,
    settled,
    shortened,
    voting,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Corpus]:
    """Return inputs and two heads without votes, and their documents."""
    path = write_entities(tmp_path_factory.mktemp("made") / "a.conll", 40)
    found = read_documents(path, "ner")
    stage = begin(found.documents, found.labels, EntitySettings(), np.random.default_rng(0))
    program = stage.with_looks([Look("shape", -1), Look("next_tag", 2)]).program
    return program, make_corpus(found.documents, found.labels, pooled=False)


def with_votes(program: Program, short: Short, seed: int) -> Program:
    """Return a program with random votes, the same for values that are not told apart, of variables that vote."""
    random = np.random.default_rng(seed)
    votes = []
    for number in voting(program, short):
        size = len(program.finite_values(number))
        drawn = random.integers(-9, 10, (size, len(program.classifier.labels)))
        rows = drawn[short.read(number, np.arange(size))]
        votes.append(CategoricalVotes(number, tuple(map(tuple, rows.tolist()))))
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def written_rows(program: Program) -> int:
    """Return how many different rows of votes the variables have that are not all 0."""
    return sum(len({row for row in vote.weights if any(row)}) for vote in categorical(program))


def categorical(program: Program) -> list[CategoricalVotes]:
    """Return the votes."""
    return [vote for vote in program.classifier.votes if isinstance(vote, CategoricalVotes)]


def kinds_of(program: Program) -> dict[int, Ints]:
    """Return that any two values of a table are of one kind."""
    numbers = range(1, len(program.inputs))
    return {number: np.zeros(len(program.finite_values(number)), int) for number in numbers}


@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 99))
def test_settling_changes_no_sum(
    made: tuple[Program, Corpus], data: st.DataObject, seed: int
) -> None:
    """Values with the same votes everywhere become one, and what does not vote goes: every sum stays."""
    program, corpus = made
    short = everything(program, kinds_of(program))
    numbers = range(1, len(program.variables))
    for number in data.draw(st.sets(st.sampled_from(numbers), max_size=len(numbers) - 1)):
        del short.rows[number]
    for rows in short.rows.values():
        joined = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
        rows[joined] = max(joined, default=0)
    before = with_votes(program, short, seed)
    after = settled(before, short)
    assert np.array_equal(sums(before, corpus), sums(after, corpus))
    assert written_rows(after) <= row_count(short)
    assert all(np.any(vote.weights) for vote in categorical(after))
    named = {program.names[number] for number in voting(program, short)}
    assert {after.names[vote.variable] for vote in after.classifier.votes} <= named


def test_what_votes_alike_becomes_one_value(made: tuple[Program, Corpus]) -> None:
    """Of one kind alone, and only where every variable with these values gives them one row."""
    program, _ = made
    kinds = kinds_of(program)
    kinds[4][1:] = 1
    for apart in (False, True):
        short = everything(program, kinds)
        head = len(program.inputs) + 1
        assert origins(program)[head] == 5
        for number in (4, 5, head):
            short.rows[number][:4] = 3
        short.rows[head][0] -= 3 * apart
        assert len({*short.joined(program, 4)[:4].tolist()}) == 2
        assert len({*short.joined(program, 5)[:4].tolist()}) == 1 + apart


@pytest.mark.parametrize("other", [1, -1])
def test_what_votes_alike_is_joined_first(made: tuple[Program, Corpus], other: int) -> None:
    """Two values with the same votes cost nothing, nor does one that votes as the last. No other goes."""
    program, _ = made
    every = everything(program, {})
    sizes = [len(rows) for rows in every.rows.values()]
    weights = np.random.default_rng(0).normal(0, 5, (sum(sizes), 3))
    at = sum(sizes[:3])
    weights[at] = weights[at + 1] if other == 1 else weights[at + sizes[3] - 1]
    rows = row_count(every) - 1
    short = shortened(every, rows, lambda _, __: (weights, np.ones_like(weights)))
    assert sorted(short.rows) == sorted(every.rows)
    joined = short.read(4, np.arange(sizes[3]))
    assert joined[0] == joined[other]
    assert len(np.unique(joined)) == sizes[3] - 1


@pytest.mark.parametrize("rows", [2, 10, 30])
def test_a_budget_is_kept(tmp_path: Path, rows: int) -> None:
    """A tagger has no more rows of votes than it may have, and no variable that serves nothing."""
    found = read_documents(write_entities(tmp_path / "a.conll"), "ner")
    chosen = EntitySettings(heads=4, rows=rows)
    program = learn_entities(found.documents, found.labels, 0, chosen)
    assert 0 < written_rows(program) <= rows
    used = {0, *(vote.variable for vote in program.classifier.votes)}
    used |= {origins(program)[number] for number in used}
    assert used == set(range(len(program.variables)))
