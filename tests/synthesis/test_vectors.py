"""The vector engine from examples to a graph."""

import random

import pytest
from synthesis.sequence_tasks import SEQUENCE_TASKS, assert_right, drawn

from tprog.rasp.module import read_text
from tprog.rasp.printing import to_text
from tprog.synthesis.examples import Example, Examples, answers, wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.vectors.coding import code
from tprog.synthesis.vectors.part import candidates

FAST = ("reverse", "hist", "parity", "running max", "previous equal")


def found_for(name: str) -> None:
    """Hold the first graph for a task to fresh sequences."""
    task = SEQUENCE_TASKS[name]
    first = next(candidates(drawn(task, 400, (1, 16), 1), Effort()))
    assert first.how.startswith("vectors: ")
    assert_right(first.graph, task)


@pytest.mark.parametrize("name", FAST)
def test_finds_from_examples(name: str) -> None:
    """The first candidate is right on fresh and on longer sequences."""
    found_for(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SEQUENCE_TASKS.keys() - set(FAST)))
def test_finds_more_from_examples(name: str) -> None:
    """So it is on the other tasks."""
    found_for(name)


def pairs_of_digits(count: int, length: int, seed: int) -> Examples:
    """Draw sequences of two digits with a comma; the label is the larger one so far."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        pairs = [(rng.randrange(-4, 10), rng.randrange(10)) for _ in range(rng.randint(1, length))]
        best = [max(max(one) for one in pairs[: i + 1]) for i in range(len(pairs))]
        rows.append(Example(tuple(f"{a},{b}" for a, b in pairs), tuple(map(str, best))))
    return Examples(tuple(rows))


def test_two_numbers_in_a_token() -> None:
    """Tokens such as `3,5` are two inputs, and the text that reads them reads back as the same graph."""
    first = next(candidates(pairs_of_digits(200, 10, 1), Effort()))
    assert wrong_rows(first.graph, pairs_of_digits(200, 30, 2)) == []
    text = to_text({"answer": first.graph})
    assert "tokens_left" in text
    assert "tokens_right" in text
    assert read_text(text).sop("answer") == first.graph


def test_pooled_labels() -> None:
    """One label for a sequence is learned from its last position."""
    rng = random.Random(3)
    rows = []
    for _ in range(300):
        tokens = tuple(rng.choice("abc") for _ in range(rng.randint(1, 12)))
        wanted = "yes" if tokens.count("a") > tokens.count("b") else "no"
        rows.append(Example(tokens, (*[None] * (len(tokens) - 1), wanted)))
    examples = Examples(tuple(rows), pooled=True)
    first = next(candidates(examples, Effort()))
    assert wrong_rows(first.graph, examples) == []
    [labels] = answers(first.graph, [("a", "b", "b", "a", "a", "c") * 5])
    assert labels[-1] == "yes"


def test_tokens_stay_tokens() -> None:
    """Codes of texts do not show where tokens are compared, counted and moved."""
    rng = random.Random(3)
    rows = []
    for _ in range(200):
        x = [rng.choice("xyz") for _ in range(rng.randint(1, 12))]
        moved = [([*"-"] + [b for b in x[: i + 1] if b != "y"])[-1] for i in range(len(x))]
        rows.append(Example(tuple(x), tuple(moved)))
    first = next(candidates(Examples(tuple(rows)), Effort()))
    assert "{" not in to_text({"answer": first.graph})
    assert wrong_rows(first.graph, Examples(tuple(rows))) == []


def test_numbers_beside_a_word_have_no_greatest() -> None:
    """Where labels are numbers or a word, longer inputs may have greater numbers than the examples show."""
    rng = random.Random(4)
    rows = []
    for _ in range(200):
        x = [rng.choice("xy") for _ in range(rng.randint(1, 9))]
        since = [
            ([n for n in range(i + 1) if x[i - n] == "y"] + ["none"])[0] for i in range(len(x))
        ]
        rows.append(Example(tuple(x), tuple(map(str, since))))
    first = next(candidates(Examples(tuple(rows)), Effort()))
    assert answers(first.graph, [tuple("xy" + 30 * "x")])[0] == ("none", *map(str, range(31)))


def test_atoms_are_inputs() -> None:
    """A graph that is given serves like a channel of the input."""
    task = SEQUENCE_TASKS["hist"]
    tripled = [
        Example(row.tokens, tuple(str(3 * int(one or 0)) for one in row.labels))
        for row in drawn(task, 100, (1, 10), 1).rows
    ]
    hist = next(candidates(drawn(task, 100, (1, 10), 1), Effort())).graph
    first = next(candidates(Examples(tuple(tripled)), Effort(atoms=(("hist", hist),))))
    assert "linear" in first.how


def test_the_same_seed_finds_the_same() -> None:
    """Candidates come in one order."""
    examples = drawn(SEQUENCE_TASKS["larger than all"], 200, (1, 10), 1)
    found = [next(candidates(examples, Effort(seed=4))) for _ in range(2)]
    assert found[0].graph == found[1].graph


def test_numbers_keep_their_value_beside_tokens() -> None:
    """Labels that are numbers are coded as themselves where others are tokens, and tokens beyond them, in their order."""
    coded = code(Examples((Example(("0", "|", "1"), ("4", "|", "0")), Example(("1",), ("-",)))))
    assert coded is not None
    assert coded[0].wanted.tolist() == [4, 5 + 2, 0, 8]
    assert coded[0].channels.tolist() == [[0, 7, 1, 1]]
    assert coded[1].fill == 8
    # The mark would no longer come before the digits.
    other = code(Examples((Example(("0", "!", "1"), ("4", "!", "0")),)))
    assert other is not None
    assert other[0].channels.tolist() == [[1, 0, 2]]
