"""The runtime functions attend as the scalar interpreter says."""

from collections.abc import Callable
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen import emit, template
from tprog.codegen.fixed import runtime_name
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    ByScore,
    CategoricalHead,
    Classifier,
    Compare,
    Domain,
    First,
    KeyIn,
    Nearest,
    NumericalHead,
    Ones,
    Positions,
    Program,
    Table,
    TieBreak,
    Tokens,
    word_shape,
)

WORDS = ("a", "b", "c")
ROWS = ((0, 1), (1,), (0, 2))


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7),
    st.sampled_from([Nearest(), Nearest("matches"), First(), None]),
    st.booleans(),
    st.sampled_from([Table(ROWS), KeyIn((1,)), Compare("==")]),
)
def test_heads_attend_as_they_should(
    words: list[str], tie: TieBreak | None, causal: bool, predicate: Table | KeyIn | Compare
) -> None:
    """Each function gives the values of the head that it stands for."""
    assert_same(words, tie, causal, predicate)


def test_heads_remember_what_was_asked() -> None:
    """A predicate is asked once about the same keys, and once more where somebody observes the run."""
    asked: list[tuple[str, int]] = []
    program = Program(
        Domain(WORDS, 3),
        (Tokens(), Positions()),
        (CategoricalHead(0, 1, 0, Table(((1,), (2,), (0,), ())), Nearest("matches")),),
        Classifier(("x",), ()),
    )
    text = emit(program)
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(text, namespace)
    head = namespace["attn_0_0"]

    def asking(query: str, key: int) -> bool:
        asked.append((query, key))
        return bool(head(query, key))

    namespace["attn_0_0"] = asking
    namespace["run"](["a", "b"])
    once = len(asked)
    namespace["run"](["a", "b"])
    assert len(asked) == once > 0
    namespace["run"](["a", "b"], lambda name, values: None)
    assert len(asked) == 2 * once


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7),
    st.lists(
        st.lists(st.integers(-2, 2), min_size=3, max_size=3).map(tuple), min_size=3, max_size=3
    ),
    st.booleans(),
)
def test_scores_choose_among_the_matches(
    words: list[str], scores: list[tuple[int, ...]], causal: bool
) -> None:
    """The best match wins, the first of equal ones."""
    assert_same(words, ByScore(tuple(scores)), causal, Table(ROWS))


def assert_same(
    words: list[str], tie: TieBreak | None, causal: bool, predicate: Table | KeyIn | Compare
) -> None:
    """Compare a runtime function with the scalar interpreter."""
    domain = Domain(WORDS, 7, prefix=None)
    head = (
        NumericalHead(0, 0, 2, predicate, causal)
        if tie is None
        else CategoricalHead(0, 0, 1, predicate, tie, causal)
    )
    program = Program(domain, (Tokens(), Positions(), Ones()), (head,), Classifier(("x",), ()))
    expected = interpret(program, tuple(words)).values[3]

    def wants(query: str, key: str) -> bool:
        match predicate:
            case Table(rows):
                return WORDS.index(key) in rows[WORDS.index(query)]
            case KeyIn(keys):
                return WORDS.index(key) in keys
            case Compare():
                return predicate.holds(query, key)

    attend = cast(Callable[..., list[Any]], getattr(template, runtime_name(head)))
    given_scores = []
    if isinstance(tie, ByScore):
        rows = [dict(zip(WORDS, row, strict=True)) for row in tie.scores]
        given_scores.append(dict(zip(WORDS, rows, strict=True)))
    value = [1] * len(words) if tie is None else list(range(len(words)))
    assert attend(wants, *given_scores, words, words, value) == list(expected)


@given(st.text(max_size=12))
def test_word_shapes_are_those_of_the_ir(word: str) -> None:
    """The program's own function writes the same shapes."""
    assert template.word_shape(word) == word_shape(word)
