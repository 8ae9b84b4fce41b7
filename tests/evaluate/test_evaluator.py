"""The array evaluator says exactly what the scalar interpreter says, on batches and on whole domains."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate import (
    Batch,
    Evaluator,
    accuracy,
    all_inputs,
    count_inputs,
    encode,
    evaluate,
    evaluate_domain,
    evaluator,
    frame_indices,
    predict,
    predict_domain,
    prediction_labels,
    predictions,
)
from tprog.evaluate.evaluator import WordReader
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    Input,
    NumericalHead,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)


def assert_same(program: Program, batch: Batch) -> None:
    """Compare every variable, sum and prediction of a batch with the scalar interpreter."""
    found = evaluate(program, batch)
    np.testing.assert_array_equal(predictions(program, batch), found.predictions)
    for row in range(len(batch)):
        run = interpret(program, tuple(batch.words[index] for index in batch.indices[row]))
        assert tuple(tuple(column[row].tolist()) for column in found.values) == run.values
        sums = found.sums[row : row + 1] if program.classifier.pooled else found.sums[row]
        assert tuple(map(tuple, sums.tolist())) == run.sums
        labels = np.atleast_1d(found.predictions[row]).tolist()
        assert tuple(found.labels[label] for label in labels) == run.predictions


@st.composite
def sequences(draw: st.DrawFn, program: Program, longest: int = 7) -> Sequence[Sequence[str]]:
    """Draw a few inputs of any length, with unknown words where the vocabulary is open."""
    domain = program.domain
    words = [*domain.symbols, *(["Zürich", "x1"] if domain.unknown is not None else [])]
    most = max(domain.min_length, longest) if domain.max_length is None else domain.max_length
    one = st.lists(st.sampled_from(words), min_size=domain.min_length, max_size=most)
    return draw(st.lists(one, min_size=1, max_size=6))


@given(program=programs(bounded=True))
@settings(max_examples=scaled(100))
def test_agrees_on_whole_domains(program: Program) -> None:
    """Values, sums and predictions equal the scalar interpreter's on every input."""
    closed = replace(program, domain=replace(program.domain, unknown=None))
    for batch in all_inputs(closed.domain):
        assert_same(closed, batch)


@given(data=st.data(), program=programs(bounded=None))
@settings(max_examples=scaled(150))
def test_agrees_without_a_greatest_length(data: st.DataObject, program: Program) -> None:
    """Values, sums and predictions equal the scalar interpreter's for open vocabularies and lengths too."""
    for _, batch in encode(program.domain, data.draw(sequences(program))):
        assert_same(program, batch)


@pytest.mark.slow
@given(data=st.data(), program=programs(bounded=None, max_operations=10))
@settings(max_examples=scaled(3000))
def test_agrees_on_many_programs(data: st.DataObject, program: Program) -> None:
    """Values, sums and predictions equal the scalar interpreter's on thousands of larger Programs."""
    for _, batch in encode(program.domain, data.draw(sequences(program, 12))):
        assert_same(program, batch)


@given(data=st.data(), program=programs(bounded=None))
def test_predict_answers_each_sequence(data: st.DataObject, program: Program) -> None:
    """Answers come in the order of the sequences, one label for each data symbol, framed or not."""
    given_sequences = data.draw(sequences(program))
    answers = predict(program, given_sequences)
    framed = [program.domain.frame(sequence) for sequence in given_sequences]
    assert predict(program, framed) == answers
    for sequence, answer in zip(framed, answers, strict=True):
        run = interpret(program, sequence)
        kept = program.domain.data_slice(len(sequence))
        expected = run.predictions if program.classifier.pooled else run.predictions[kept]
        assert answer == list(expected)
    assert program.run(given_sequences[0]) == answers[0]


def test_predict_answers_nothing_for_nothing() -> None:
    """No sequences give no answers."""
    assert predict(constant_program(), []) == []


def test_predict_refuses_foreign_tokens() -> None:
    """A token outside a closed vocabulary is a clear error."""
    with pytest.raises(BadInput, match="unknown token 'z'"):
        predict(constant_program(), [["a", "z"]])


@given(program=programs(), size=st.integers(1, 40))
@settings(max_examples=scaled(30))
def test_chunks_make_no_difference(program: Program, size: int) -> None:
    """Chunks of any size give the same Evaluation."""
    closed = replace(program, domain=replace(program.domain, unknown=None))
    batches = list(all_inputs(closed.domain))
    whole = [evaluate(closed, batch) for batch in batches]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluator, "CHUNK_ENTRIES", size)
        for batch, expected in zip(batches, whole, strict=True):
            found = evaluate(closed, batch)
            np.testing.assert_array_equal(found.sums, expected.sums)
            for left, right in zip(found.values, expected.values, strict=True):
                np.testing.assert_array_equal(left, right)
            np.testing.assert_array_equal(predictions(closed, batch), expected.predictions)


@given(program=programs())
def test_joint_tables_make_no_difference(program: Program) -> None:
    """Predictions are the same whether votes are read from joint tables (many inputs) or one by one (few)."""
    closed = replace(program, domain=replace(program.domain, unknown=None))
    for batch in all_inputs(closed.domain):
        many = batch.take(np.arange(2000) % len(batch))
        few = predictions(closed, batch)
        np.testing.assert_array_equal(predictions(closed, many), few[np.arange(2000) % len(batch)])


def test_words_are_read_by_their_text() -> None:
    """A batch of a domain with another order of symbols means the same sequences."""
    program = constant_program(votes=(CategoricalVotes(0, ((0, 0), (1, 0), (0, 1))),))
    turned = frame_indices(Domain(("b", "a"), 3), np.array([[0, 1, 1]]))
    assert predictions(program, turned)[:, 1:].tolist() == [[1, 0, 0]]
    foreign = frame_indices(Domain(("a", "b", "c"), 3), np.array([[0, 1, 2]]))
    with pytest.raises(BadInput, match="'c'"):
        predictions(program, foreign)
    assert predictions(program, frame_indices(Domain(("a", "b", "c"), 3), np.array([[0, 1]]))).any()


def test_too_long_batches_are_refused() -> None:
    """A batch beyond the greatest length is an error, not a wrong answer."""
    batch = frame_indices(Domain(("a", "b"), 9), np.zeros((1, 9), dtype=np.int64))
    with pytest.raises(BadInput, match="more than the most"):
        evaluate(constant_program(), batch)


def test_an_empty_batch_gives_empty_arrays() -> None:
    """No inputs give arrays of the right shapes without rows."""
    found = evaluate(
        constant_program(), frame_indices(Domain(("a", "b"), 3), np.zeros((0, 3), dtype=np.int64))
    )
    assert found.sums.shape == (0, 4, 2)
    assert found.predictions.shape == (0, 4)


@pytest.mark.parametrize("weight", [2**62, 2**70, -(2**63)])
def test_sums_beyond_64_bits_are_refused(weight: int) -> None:
    """Votes whose sum could exceed 64 bits are an error, never a wrapped number."""
    votes = (NumericalVotes(2, (weight, 0)), CategoricalVotes(0, ((weight, 0),) * 3))
    with pytest.raises(InvalidProgram, match="scale its weights down"):
        predict(constant_program(votes=votes), [["a"]])


def test_sums_of_nearly_64_bits_are_exact() -> None:
    """The largest sums that are let through are exact, also beside masked labels."""
    large = 2**63 - 1
    votes = (CategoricalVotes(0, ((-large, -large + 1),) * 3),)
    classifier = Classifier(("p", "q", "r"), (CategoricalVotes(0, ((-large, -large + 1, 0),) * 3),))
    assert predict(constant_program(votes=votes), [["a"]]) == [["q"]]
    masked = replace(constant_program(), classifier=replace(classifier, masked=(2,)))
    assert predict(masked, [["a"]]) == [["q"]]
    batch = encode(masked.domain, [["a"]])[0][1]
    assert evaluate(masked, batch).predictions.tolist() == [[1, 1]]


def test_numbers_beyond_64_bits_are_refused() -> None:
    """Sums of sums that could exceed 64 bits are an error that names the variable."""
    domain = Domain(("a",), None)
    heads = tuple(NumericalHead(0, 0, 2 + layer, Constant(True)) for layer in range(20))
    program = Program(
        domain,
        (Tokens(), Positions(), Ones()),
        heads,
        Classifier(("x",), (NumericalVotes(7, (1,)),)),
    )
    assert predict(program, [["a"] * 5]) == [["x"] * 5]
    with pytest.raises(InvalidProgram, match=r"num_attn_1[0-9]_0 could exceed 64 bits"):
        predict(program, [["a"] * 20])


@given(program=programs(max_operations=3), data=st.data())
@settings(max_examples=scaled(40))
def test_accuracy_counts_what_the_truth_scores(program: Program, data: st.DataObject) -> None:
    """Right and scored predictions are counted at data positions with a true label, in any order of labels."""
    closed = replace(program, domain=replace(program.domain, unknown=None))
    known = [*prediction_labels(closed), "never predicted"]
    labels = data.draw(st.permutations(known))[: data.draw(st.integers(1, len(known)))]
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    labelled: list[tuple[Batch, IntArray]] = []
    right = scored = 0
    for batch in all_inputs(closed.domain):
        shape = (len(batch),) if closed.classifier.pooled else batch.indices.shape
        truth = random.integers(-1, len(labels), shape)
        labelled.append((batch, truth))
        for row in range(len(batch)):
            run = interpret(closed, tuple(batch.words[index] for index in batch.indices[row]))
            kept = closed.domain.data_slice(batch.indices.shape[1])
            wanted = np.atleast_1d(truth[row]).tolist()
            pairs = list(zip(run.predictions, wanted, strict=True))
            for predicted, label in pairs if closed.classifier.pooled else pairs[kept]:
                scored += label >= 0
                right += label >= 0 and predicted == labels[label]
    assert accuracy(closed, labelled, labels) == (right, scored)


def test_a_length_is_prepared_once() -> None:
    """An Evaluator prepares its Program for a length once."""
    found = Evaluator(constant_program())
    assert found.prepared(3) is found.prepared(3)


def test_evaluation_needs_numpy_alone() -> None:
    """Importing and running the evaluator loads neither torch, numba nor scipy."""
    code = (
        "import sys; from tprog.ir import *; from tprog.evaluate import predict;"
        "p = Program(Domain(('a',), 3), (Tokens(),), (), Classifier(('x',), ()));"
        "assert predict(p, [['a']]) == [['x']];"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numba', 'scipy', 'libcst')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def constant_program(votes: tuple[CategoricalVotes | NumericalVotes, ...] = ()) -> Program:
    """Return a small Program over tokens, positions and ones with two labels."""
    return Program(
        Domain(("a", "b"), 3), (Tokens(), Positions(), Ones()), (), Classifier(("p", "q"), votes)
    )


CODE = np.dtype(np.uint8)


def reader(domain: Domain, inputs: Sequence[Input] = (Tokens(), Positions())) -> WordReader:
    """Return a reader for a Program without operations."""
    return WordReader(Program(domain, tuple(inputs), (), Classifier(("x",), ())))


def test_each_word_has_an_entry_for_each_input() -> None:
    """Tables hold tokens, word tables and text rules, for unknown words too."""
    domain = Domain(("a", "?"), 3, unknown="?")
    rule = TextRule("prefix", FiniteValues(("x", "other")), otherwise=1, size=1)
    table = WordTable(FiniteValues((5, 6, 7)), (0, 1, 2))
    batch = encode(domain, [["xa", "a"]])[0][1]
    assert batch.words == ("<s>", "a", "?", "xa")
    found = reader(domain, (Tokens(), Positions(), Ones(), rule, table)).tables(batch, CODE)
    # The symbol `?` does not occur, and so is not read.
    assert found.tolist() == [[0, 1, 0, 2], [0] * 4, [0] * 4, [1, 1, 0, 0], [0, 1, 0, 2]]
    assert found.dtype == CODE


def test_batches_of_other_domains_are_read_by_text() -> None:
    """The order of a batch's words does not matter, and words that do not occur may be foreign."""
    found = reader(Domain(("a", "b"), 3))
    other = Domain(("b", "c", "a"), 3)
    assert found.tables(frame_indices(other, np.array([[0, 2]])), CODE)[0].tolist() == [0, 2, 0, 1]
    with pytest.raises(BadInput, match="unknown token 'c'"):
        found.tables(frame_indices(other, np.array([[0, 1]])), CODE)


def test_foreign_frames_are_refused() -> None:
    """A batch framed by a symbol that the domain lacks is an error."""
    batch = frame_indices(Domain(("a",), 3), np.array([[0]]))
    with pytest.raises(BadInput, match="unknown token '<s>'"):
        reader(Domain(("a",), 3, prefix=None)).tables(batch, CODE)


def test_words_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word's rules are applied once, however often it occurs."""
    calls: list[str] = []
    real = TextRule.index

    def index(rule: TextRule, text: str) -> int:
        calls.append(text)
        return real(rule, text)

    monkeypatch.setattr(TextRule, "index", index)
    rule = TextRule("lower", FiniteValues(("a", "b")), otherwise=0)
    found = reader(Domain(("a", "b"), 3), (rule,))
    for tokens in ("ab", "ba", "aaa"):
        found.tables(encode(found.program.domain, [tokens])[0][1], CODE)
    assert sorted(calls) == ["<s>", "a", "b"]


def test_a_program_without_inputs_reads_nothing() -> None:
    """Without input variables there are no tables, and without inputs no entries."""
    domain = Domain(("a",), 3)
    batch = encode(domain, ["aa"])[0][1]
    assert reader(domain, ()).tables(batch, CODE).shape == (0, 2)
    assert not reader(domain).tables(batch.take(slice(0, 0)), CODE).any()


PROGRAM = Program(Domain(("a", "b"), 5), (Tokens(), Positions()), (), Classifier(("x",), ()))


def rows(batches: list[Batch]) -> list[tuple[int, ...]]:
    """Return all inputs as indices."""
    return [tuple(row) for batch in batches for row in batch.indices.tolist()]


@given(program=programs())
def test_every_input_is_evaluated(program: Program) -> None:
    """Every input of the domain comes once, with what `evaluate` computes on it."""
    if program.domain.unknown is not None:
        return
    found = list(evaluate_domain(program))
    quick = list(predict_domain(program))
    everything = rows(list(all_inputs(program.domain)))
    assert rows([batch for batch, _ in found]) == everything
    assert rows([batch for batch, _ in quick]) == everything
    for batch, evaluation in found:
        np.testing.assert_array_equal(evaluation.sums, evaluate(program, batch).sums)
    for (_, evaluation), (_, answers) in zip(found, quick, strict=True):
        np.testing.assert_array_equal(evaluation.predictions, answers)


def test_progress_is_reported() -> None:
    """After each batch, the number of inputs done and in all is told."""
    seen: list[tuple[int, int]] = []
    for _ in predict_domain(
        PROGRAM, up_to=3, progress=lambda done, total: seen.append((done, total))
    ):
        pass
    assert seen == [(2, 14), (6, 14), (14, 14)]


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch holds no more numbers than allowed, however many inputs there are."""
    monkeypatch.setattr(evaluator, "LARGEST_EVALUATION", 100)
    # Two variables and twice one label at six positions are 24 numbers an input.
    assert {len(batch) for batch, _ in evaluate_domain(PROGRAM)} == {2, 4}
    assert max(len(batch) for batch, _ in predict_domain(PROGRAM)) == 16
    assert sum(len(batch) for batch, _ in evaluate_domain(PROGRAM)) == count_inputs(PROGRAM.domain)


def test_endless_domains_are_refused() -> None:
    """A domain without an end cannot be run as a whole, but up to a length it can."""
    endless = Program(Domain(("a",), None), (Tokens(),), (), Classifier(("x",), ()))
    with pytest.raises(BadInput, match="no end"):
        list(evaluate_domain(endless))
    assert [len(batch) for batch, _ in evaluate_domain(endless, up_to=4)] == [1, 1, 1, 1]
