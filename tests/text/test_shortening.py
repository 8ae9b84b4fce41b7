"""Fewer rows of votes: what is joined votes alike, and what is left out is not needed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text.made_up import write_entities

from tprog.ir import CategoricalVotes, Program, TextRule
from tprog.text.corpus import Corpus, make_corpus, sums
from tprog.text.entities import EntitySettings, begin, learn_entities
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
    of = origins(program)
    votes = []
    for number in voting(program, short):
        size = len(program.finite_values(number))
        drawn = random.integers(-9, 10, (size, len(program.classifier.labels)))
        rows = drawn[short.read(number, of[number], np.arange(size))]
        votes.append(CategoricalVotes(number, tuple(map(tuple, rows.tolist()))))
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def written_rows(program: Program) -> int:
    """Return how many rows of votes are not all 0."""
    votes = program.classifier.votes
    return sum(any(row) for vote in votes for row in np.array(vote.weights).tolist())


@settings(max_examples=25, deadline=None)
@given(data=st.data(), seed=st.integers(0, 99))
def test_settling_changes_no_sum(
    made: tuple[Program, Corpus], data: st.DataObject, seed: int
) -> None:
    """Values with the same votes become one, and what does not vote goes: every sum stays."""
    program, corpus = made
    short = everything(program)
    for number, groups in short.groups.items():
        joined = data.draw(st.sets(st.integers(0, len(groups) - 2)))
        # A rule takes all that it does not tell apart for its last value.
        rule = isinstance(program.inputs[number], TextRule)
        into = len(groups) - 1 if rule else max(joined, default=0)
        short.groups[number] = np.array([into if at in joined else at for at in groups])
    numbers = range(1, len(program.variables))
    for number in data.draw(st.sets(st.sampled_from(numbers), max_size=len(numbers) - 1)):
        del short.rest[number]
    for flags in short.rest.values():
        flags[sorted(data.draw(st.sets(st.integers(0, len(flags) - 1))))] = True
    before = with_votes(program, short, seed)
    after = settled(before, short)
    assert np.array_equal(sums(before, corpus), sums(after, corpus))
    assert written_rows(after) <= row_count(program, short)
    assert all(np.any(vote.weights) for vote in after.classifier.votes)
    named = {program.names[number] for number in voting(program, short)}
    assert {after.names[vote.variable] for vote in after.classifier.votes} <= named


def shortened_by_one(program: Program, kinds: dict[int, np.ndarray], weights: np.ndarray) -> Short:
    """Return what is told apart with one row less, where the votes are as given and all equally sure."""
    rows = row_count(program, everything(program)) - 1
    return shortened(program, kinds, rows, lambda _, __: (weights, np.ones_like(weights)))


@pytest.mark.parametrize("other", [1, -1])
def test_what_votes_alike_is_joined_first(made: tuple[Program, Corpus], other: int) -> None:
    """Two values of one kind with the same votes cost nothing; nor does one that votes as the last. No other goes."""
    program, _ = made
    every = range(1, len(program.variables))
    sizes = [len(program.finite_values(number)) for number in every]
    kinds = {number: np.arange(sizes[number - 1]) for number in range(1, len(program.inputs))}
    kinds[4][:2] = 0
    weights = np.random.default_rng(0).normal(0, 5, (sum(sizes), 3))
    at = sum(sizes[:3])
    last = at + sizes[3] - 1
    weights[at] = weights[at + 1] if other == 1 else weights[last]
    short = shortened_by_one(program, kinds, weights)
    assert sorted(short.rest) == list(every)
    joined = short.read(4, 4, np.arange(sizes[3]))
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
