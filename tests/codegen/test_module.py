"""Emitted programs compute what the Program says, and are typed, formatted and deterministic."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import black
import pytest
from effort import scaled
from emitted import load, type_problems
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.codegen import emit, emit_files
from tprog.codegen.module import MODE, module, runtime_functions
from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate import all_inputs, predict
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Provenance,
    Rectangle,
    Table,
    TextRule,
    Tokens,
    WordTable,
    check,
)

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "TPROG_UPDATE_GOLDENS"


def zoo_program() -> Program:
    """Return a small program with a part of every kind."""
    letters = FiniteValues(("vowel", "other"))
    return Program(
        Domain(
            ("a", "b", "it's", "<unk>"), 5, 2, suffix="</s>", scored=("a", "b"), unknown="<unk>"
        ),
        (
            Tokens(notes=("The token itself.",)),
            Positions(),
            Ones(),
            WordTable(letters, (1, 0, 1, 1, 1, 1), name="sound"),
            TextRule("shape", FiniteValues(("x", "X", "other")), 2, notes=("Capitals?",)),
            TextRule("length", FiniteValues((1, 2, 3)), 2, 3),
        ),
        (
            CategoricalHead(1, 1, 0, Compare("==", 1, -1), causal=True, name="previous", layer=0),
            NumericalHead(0, 0, 2, Compare("=="), name="count_own", layer=0, notes=("Counts.",)),
            CategoricalHead(3, 0, 1, Table(((1,), (2, 3))), Nearest("matches"), layer=0),
            CategoricalHead(0, 3, 3, KeyIn((0,)), First(), layer=0),
            CategoricalHead(4, 3, 5, Constant(True), ByScore(((1, 0), (0, 1), (2, 2))), layer=0),
            CategoricalLookup((6, 3), letters, (0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1), layer=0),
            NumericalLookup((7,), letters, (5,), (Rectangle(((2, 3),), 0),), 1, layer=0),
            NumericalHead(11, 11, 7, Compare("==", 1), causal=True, layer=1),
            NumericalLookup(
                (7, 13), FiniteValues((3, 5)), (2, 9), (Rectangle(((1, 2), (0, 4)), 1),), 0, layer=1
            ),
        ),
        Classifier(
            ("<pad>", "yes", "no"),
            (
                CategoricalVotes(6, ((0, 3, -3),) * 6),
                NumericalVotes(7, (0, -1, 2)),
                CategoricalVotes(12, ((0, 100, 0), (0, 0, 7))),
            ),
            masked=(0,),
            first="<s>",
            last="</s>",
        ),
        Provenance(
            "One of everything.",
            "zoo",
            ("Says yes: to some.", 'Quotes " and \\ survive: 漢.'),
        ),
    )


GOLDENS: dict[str, Callable[[], Program]] = {
    "hist": hist_program,
    "reverse": reverse_program,
    "zoo": zoo_program,
    "random": lambda: large_program(layers=2, heads=4, lookups=2, seed=3),
}


def unformatted(program: Program) -> str:
    """Return the text before formatting, which means the same and takes a tenth of the time."""
    return module(check(program)).code


@given(programs())
@settings(max_examples=scaled(80))
def test_the_program_predicts_what_the_evaluator_predicts(program: Program) -> None:
    """On every input of a small domain the emitted code and the evaluator agree."""
    run = load(unformatted(program))
    batches = all_inputs(replace(program.domain, unknown=None))
    inputs = [batch.data(row, program.domain) for batch in batches for row in range(len(batch))]
    assert [run(tokens) for tokens in inputs] == predict(program, inputs)


@given(programs(bounded=None), st.data())
@settings(max_examples=scaled(80))
def test_observers_see_every_variable(program: Program, data: st.DataObject) -> None:
    """An observer is shown each variable's name and values, in order, for known and for unknown words."""
    longest = min(program.domain.max_length or 6, program.domain.min_length + 4)
    word = st.sampled_from(program.domain.symbols)
    if program.domain.unknown is not None:
        word |= st.sampled_from(("Zed9", "x", "<unk>"))
    tokens = data.draw(st.lists(word, min_size=program.domain.min_length, max_size=longest))
    expected = interpret(program, program.domain.frame(tokens))
    seen: list[tuple[str, list[object]]] = []
    labels = load(unformatted(program))(
        tokens, lambda name, values: seen.append((name, list(values)))
    )
    assert labels == predict(program, [tokens])[0]
    assert seen == [
        (name, [value_at(program, number, entry) for entry in expected.values[number]])
        for number, name in enumerate(program.names)
    ]


@given(programs(bounded=None), st.data())
def test_the_program_accepts_what_the_domain_accepts(program: Program, data: st.DataObject) -> None:
    """Framed, half framed, empty, long and unknown inputs are read or refused alike, with one clear line."""
    word = st.sampled_from((*program.domain.alphabet, "other", "\n"))
    tokens = data.draw(st.lists(word, max_size=8))
    run = load(unformatted(program))
    try:
        framed = program.domain.frame(tokens)
    except BadInput:
        with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
            run(tokens)
    else:
        assert run(tokens) == run(framed)


@pytest.mark.parametrize("name", GOLDENS)
def test_golden_programs(name: str) -> None:
    """The text of an emitted program changes only on purpose."""
    text = emit(GOLDENS[name]())
    path = GOLDEN / f"{name}.py"
    if os.environ.get(UPDATE) == "1":
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing; set {UPDATE}=1 to write it"
    assert path.read_text(encoding="utf-8") == text


@given(programs(bounded=None))
@settings(max_examples=scaled(25))
def test_the_text_is_formatted_already(program: Program) -> None:
    """The formatter finds nothing to change."""
    text = emit(program)
    assert black.format_str(text, mode=MODE) == text


@given(programs(bounded=None))
@settings(max_examples=scaled(10))
def test_emission_does_not_change_its_nodes(program: Program) -> None:
    """The same program gives the same text again."""
    assert emit(program) == emit(program)
    assert module(program).code == module(program).code


@pytest.mark.slow
def test_the_text_does_not_depend_on_the_hash_seed() -> None:
    """Processes with different hash seeds write the same bytes."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from codegen.test_module import zoo_program\n"
        "from example_programs import large_program\n"
        "from tprog.codegen import emit\n"
        "print(emit(zoo_program()), emit(large_program(layers=1)))\n"
    )
    tests = str(Path(__file__).parent.parent)
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, tests],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(texts) == 1


@pytest.mark.slow
def test_emitted_programs_pass_strict_type_checking(tmp_path: Path) -> None:
    """`mypy --strict` finds nothing in random programs, of every kind, for Python 3.10."""
    texts = [emit(make()) for make in GOLDENS.values()]

    @given(programs(bounded=None))
    @settings(database=None)
    def collect(program: Program) -> None:
        texts.append(emit(program))

    collect()
    assert not type_problems(texts, tmp_path)


def test_the_command_line_of_a_program(tmp_path: Path) -> None:
    """A program file answers on the command line, and refuses a bad token with one line and exit code 2."""
    path = tmp_path / "reverse.py"
    path.write_text(emit(reverse_program()), encoding="utf-8")

    def answer(*tokens: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, str(path), *tokens],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    assert answer("a", "b", "c") == (0, "c b a\n", "")
    code, out, error = answer("a", "z")
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "'z'" in error
    assert answer()[0] == 2


def test_large_tables_stand_beside_the_program(tmp_path: Path) -> None:
    """A program with many words reads its tables from its own folder, wherever it is started."""
    symbols = tuple(f"w{n}" for n in range(1200))
    table = WordTable(FiniteValues(("even", "odd")), tuple(n % 2 for n in range(1202)))
    program = Program(
        Domain(symbols, 5, suffix="</s>", unknown="w0"),
        (Tokens(), table),
        (),
        Classifier(("even", "odd"), (CategoricalVotes(1, ((1, 0), (0, 1))),)),
    )
    files = emit_files(program, "words")
    assert sorted(files) == ["words.json", "words.py"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len(files["words.py"].splitlines()) < 80
    tokens = ["w1", "w2", "unheard"]
    expected = predict(program, [tokens])[0]
    assert load(files["words.py"], str(tmp_path / "words.py"))(tokens) == expected
    assert load(emit(program))(tokens) == expected
    assert list(emit_files(hist_program(), "hist")) == ["hist.py"]


def test_the_fixed_parts_are_small() -> None:
    """All that is not a head, a look-up or a vote takes few lines."""
    text = emit(reverse_program())
    lines = text.splitlines()
    votes = range(lines.index("# fmt: off"), lines.index("# fmt: on") + 1)
    own = lines.index("# Layer 0") - 2, votes.start
    assert len(lines) - len(votes) - (own[1] - own[0]) - len(reverse_program().operations) <= 55


def test_an_invalid_program_is_refused() -> None:
    """Nothing is written for a Program that breaks a rule."""
    program = hist_program()
    with pytest.raises(InvalidProgram):
        emit(replace(program, operations=program.operations[1:]))


def test_the_template_has_every_function() -> None:
    """Eleven ways to attend or count, what they share, and the shape of words."""
    assert len(runtime_functions()) == 13
    assert list(islice(runtime_functions(), 2)) == ["matches", "attend"]
