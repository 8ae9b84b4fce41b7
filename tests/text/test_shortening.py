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
from tprog.text.heads import Look
from tprog.text.reading import read_documents
from tprog.text.shortening import Short, origins, row_count, settled, shortened, voting


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Corpus]:
    """Return inputs and two heads without votes, and their documents."""
    path = write_entities(tmp_path_factory.mktemp("made") / "a.conll", 40)
    found = read_documents(path, "ner")
    stage = begin(found.documents, found.labels, EntitySettings(), np.random.default_rng(0))
    program = stage.with_looks([Look("shape", -1), Look("next_tag", 2)]).program
    return program, make_corpus(found.documents, found.labels, pooled=False)


def with_votes(program: Program, short: Short, seed: int) -> Program:
    """Return a program with random votes, the same for values that are joined, of variables that vote."""
    random = np.random.default_rng(seed)
    of = origins(program)
    votes = []
    for number in voting(program, short):
        groups = short.groups[of[number]]
        rows = random.integers(-9, 10, (len(groups), len(program.classifier.labels)))[groups]
        votes.append(CategoricalVotes(number, tuple(map(tuple, rows.tolist()))))
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 99))
def test_settling_changes_no_sum(
    made: tuple[Program, Corpus], data: st.DataObject, seed: int
) -> None:
    """Values with the same votes become one, and what does not vote goes: every sum stays."""
    program, corpus = made
    groups = {}
    for number in range(1, len(program.inputs)):
        size = len(program.finite_values(number))
        joined = data.draw(st.sets(st.integers(0, size - 2)))
        groups[number] = np.array([size - 1 if row in joined else row for row in range(size)])
    numbers = range(1, len(program.variables))
    silent = data.draw(st.sets(st.sampled_from(numbers), max_size=len(numbers) - 1))
    short = Short(groups, frozenset(silent))
    before = with_votes(program, short, seed)
    after = settled(before, short)
    assert np.array_equal(sums(before, corpus), sums(after, corpus))
    assert sum(len(vote.weights) for vote in after.classifier.votes) <= row_count(program, short)
    named = {program.names[number] for number in voting(program, short)}
    assert {after.names[vote.variable] for vote in after.classifier.votes} == named


def test_what_votes_alike_is_joined_first(made: tuple[Program, Corpus]) -> None:
    """Two values of one kind with the same votes cost nothing; so they become one, and no other pair."""
    program, _ = made
    kinds = {
        number: np.arange(len(program.finite_values(number)))
        for number in range(1, len(program.inputs))
    }
    kinds[4][:2] = 0
    full = Short({number: np.arange(len(kind)) for number, kind in kinds.items()})
    all_rows, at = row_count(program, full), len(kinds[1]) + len(kinds[2]) + len(kinds[3])
    weights = np.random.default_rng(0).normal(0, 5, (all_rows, 3))
    weights[at] = weights[at + 1]

    def fit(short: Short, start: object) -> tuple[np.ndarray, np.ndarray]:
        return weights, np.ones_like(weights)

    short = shortened(program, kinds, all_rows - 1, fit)
    assert len(np.unique(short.groups[4][:2])) == 1
    assert row_count(program, short) == all_rows - 1
    assert not short.silent


@pytest.mark.parametrize("rows", [2, 10, 30])
def test_a_budget_is_kept(tmp_path: Path, rows: int) -> None:
    """A tagger has no more rows of votes than it may have, and no variable that serves nothing."""
    found = read_documents(write_entities(tmp_path / "a.conll"), "ner")
    chosen = EntitySettings(heads=4, rows=rows)
    program = learn_entities(found.documents, found.labels, 0, chosen)
    votes = program.classifier.votes
    assert 0 < sum(len(vote.weights) for vote in votes) <= rows
    used = {0, *(vote.variable for vote in votes)}
    used |= {origins(program)[number] for number in used}
    assert used == set(range(len(program.variables)))
