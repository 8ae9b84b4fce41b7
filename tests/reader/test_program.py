"""Reading is the inverse of emitting, forgives what a person may change, and refuses all else at a line."""

import io
import random
import subprocess
import sys
import time
import tokenize
from dataclasses import replace
from pathlib import Path

import pytest
from codegen.test_module import GOLDENS, unformatted, zoo_program
from effort import scaled
from emitted import load
from example_programs import reverse_program
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.codegen import emit, emit_files
from tprog.errors import FileProblem, InvalidProgram, UnreadableSource
from tprog.evaluate import predict
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Program,
    TextRule,
    Tokens,
    WordTable,
)
from tprog.reader import read_program, read_source

REVERSE = emit(reverse_program())


@given(programs(bounded=None))
@settings(max_examples=scaled(100))
def test_a_program_comes_back_whole(program: Program) -> None:
    """Structure, names, layers, notes and provenance survive emission and reading, and so does the text."""
    text = unformatted(program)
    found = read_source(text)
    assert found == program
    assert found.names == program.names
    assert found.layers == program.layers
    assert found.provenance == program.provenance
    assert [variable.notes for variable in found.variables] == [
        variable.notes for variable in program.variables
    ]
    assert unformatted(found) == text


@given(programs(bounded=False))
def test_programs_without_a_greatest_length_come_back(program: Program) -> None:
    """An unlimited domain changes nothing in that."""
    assert read_source(unformatted(program)) == program


@given(programs(bounded=None))
@settings(max_examples=scaled(15))
def test_formatted_text_comes_back(program: Program) -> None:
    """What the formatter made of the text reads alike, and is written alike again."""
    text = emit(program)
    found = read_source(text)
    assert found == program
    assert emit(found) == text


@pytest.mark.parametrize("name", GOLDENS)
def test_golden_programs_are_read(name: str) -> None:
    """The committed texts are the programs that they were made from."""
    path = Path(__file__).parent.parent / "codegen" / "golden" / f"{name}.py"
    program = GOLDENS[name]()
    found = read_program(path)
    assert (found, found.provenance) == (program, program.provenance)


def edited(*changes: tuple[str, str]) -> Program:
    """Read the reverse program after some changes of its text."""
    text = REVERSE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_source(text)


@pytest.mark.parametrize(
    "changes",
    [
        [('return key == "</s>"', 'return (key) == ("</s>")')],
        [('return key == "</s>"', 'return key in {"</s>"}  # the end')],
        [('return key == "</s>"', 'return not key != "</s>"')],
        [("return key == mirror", "return mirror == key")],
        [("(token: Token, key: Token)", "(own, other)"), ('key == "</s>"', 'other == "</s>"')],
        [("\n\n\n", "\n")],
        [("\n", "\r\n")],
        [
            (
                "attend(end, x.tokens, x.tokens, x.positions)",
                "attend(end, query=x.tokens, key=x.tokens, value=x.positions)",
            )
        ],
        [("import sys\n", "from __future__ import annotations\n\nimport sys\n")],
        [('    """Copy the value', '    """Take the value')],
        [("    words = list(tokens)\n", "    # First of all.\n    words = list(tokens)\n")],
        [("\nToken =", "\nOther = Literal[1, -2]\nToken =")],
        [("import sys\n", "import sys\nimport json\n")],
        [('"""reverse', '# -*- coding: utf-8 -*-\n"""reverse')],
        [("x.mirror ", "x.twin "), ("x.mirror,", "x.twin,")],
    ],
)
def test_changes_that_mean_nothing_mean_nothing(changes: list[tuple[str, str]]) -> None:
    """Brackets, order, names of parameters, comments, layout and docstrings are a person's to choose."""
    assert edited(*changes) == reverse_program()


def test_a_head_can_be_renamed() -> None:
    """The name of the function is the display name, which equality ignores."""
    found = edited(("def end(", "def find_end("), ("attend(end,", "attend(find_end,"))
    assert found == reverse_program()
    assert found.names[3] == "find_end"
    assert "x.find_end = attend(find_end, " in emit(found)


def test_a_changed_head_is_another_program() -> None:
    """A person's change of a rule is what the program then computes."""
    found = edited(
        ('return key == "</s>"', 'if token == "a":\n        return key == "b"\n    return False')
    )
    assert found != reverse_program()
    assert predict(found, [["a", "b", "c"]]) == [load(emit(found))(["a", "b", "c"])]


def test_a_longer_input_can_be_allowed() -> None:
    """A greater length gives more positions, which fall to what holds otherwise."""
    found = edited(("MIN_LENGTH, MAX_LENGTH = 1, 4", "MIN_LENGTH, MAX_LENGTH = 1, 5"))
    assert found.domain.max_length == 5
    assert predict(found, [["a", "b"]]) == [["b", "a"]]
    assert read_source(emit(found)) == found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("min(found[q]", "max(found[q]", "attend is changed"),
        ("-> Column:", "-> list[Any]:", "attend is changed"),
        ("def attend(", "def other(", "nothing uses other"),
        ("def run(", "def go(", "function run is missing"),
        ("Literal, get_args", "get_args", "Literal is not defined"),
        ("import sys\n", "", "sys is not imported"),
        (
            'PREFIX, SYMBOLS, SUFFIX = ["<s>"], get_args(Token)[1:-1], ["</s>"]',
            'PREFIX, SUFFIX = ["<s>"], ["</s>"]',
            "write `PREFIX, SYMBOLS, SUFFIX = ",
        ),
        (
            "MIN_LENGTH, MAX_LENGTH = 1, 4",
            "MIN_LENGTH, MAX_LENGTH, MORE = 1, 4, 5",
            "write `MIN_LENGTH, MAX_LENGTH = 1, 4`",
        ),
        (
            "Column = list[Any]",
            "Column = list[Any]\n\n\ndef helper(a: int) -> int:\n    return a\n",
            "nothing uses helper",
        ),
        ("return key == mirror", "return key == mirror or key == 9 or mirror", "no condition"),
        ("return key == mirror", "return key == print(mirror)", "print is no parameter"),
        ('"mirrored_token": {', '"x": {', "which run does not compute"),
    ],
)
def test_what_is_no_program_is_refused(old: str, new: str, message: str) -> None:
    """A change of what is fixed, or of something beyond a Program, is one clear line."""
    with pytest.raises(UnreadableSource, match=rf"\A<string>:\d+: [^\n]*({message})[^\n]*\Z"):
        edited((old, new))


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# nothing", "import sys", "x = 1", "{}", "<html>", "feature,value\na,1"]
)
def test_other_files_are_refused(text: str) -> None:
    """A text without a program is one clear line."""
    with pytest.raises(UnreadableSource, match=r"\Aother:\d+: [^\n]+\Z"):
        read_source(text, name="other")


def test_files_are_read_with_their_tables(tmp_path: Path) -> None:
    """A program with large tables is read from its folder, however large the tables."""
    symbols = tuple(f"w{n}" for n in range(1100))
    kinds = FiniteValues(("a", "b"))
    program = Program(
        Domain(symbols, None, unknown="w0"),
        (
            Tokens(),
            WordTable(kinds, tuple(n % 2 for n in range(1101)), name="kind", notes=("Kinds.",)),
            TextRule("lower", kinds, 0, name="small"),
        ),
        (),
        Classifier(("yes", "no"), (CategoricalVotes(1, ((1, 0), (0, 1))),)),
    )
    for name, text in emit_files(program, "words").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_program(tmp_path / "words.py")
    assert found == program
    assert found.inputs[1].notes == ("Kinds.",)
    assert read_source(emit(program)) == program
    (tmp_path / "words.json").write_text("{}")
    with pytest.raises(UnreadableSource, match=r"words\.py:\d+: "):
        read_program(tmp_path / "words.py")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path that cannot be read is a problem of the file."""
    with pytest.raises(FileProblem, match=r"nothing\.py"):
        read_program(tmp_path / "nothing.py")


def mutated(random_: random.Random, text: str) -> str:
    """Return a text with one line or token deleted, doubled, moved or replaced."""
    lines = text.split("\n")
    here, there = random_.randrange(len(lines)), random_.randrange(len(lines))
    kind = random_.randrange(8)
    if kind == 0:
        del lines[here]
    elif kind == 1:
        lines.insert(here, lines[there])
    elif kind == 2:
        lines[here], lines[there] = lines[there], lines[here]
    elif kind == 3:
        place = random_.randrange(len(text))
        return (
            text[:place]
            + random_.choice("019()[]{},:\"'\\#=<> \n\tax\0é")
            + text[place + kind % 2 :]
        )
    else:
        found = [token for token in tokens_of(text) if token.string.strip()]
        token, other = random_.choice(found), random_.choice(found)
        (row, start), (end_row, end) = token.start, token.end
        if row == end_row:
            words = ["", other.string, f"{token.string} {token.string}", random_.choice(WORDS)]
            line = lines[row - 1]
            lines[row - 1] = line[:start] + words[kind - 4] + line[end:]
    return "\n".join(lines)


WORDS = (
    *("0", "1", "2", "-1", "True", "None", "==", "!=", "<", "in", "not", "and", "or", "if", "else"),
    *(
        '"a"',
        "x",
        "key",
        "return",
        "elif",
        "{}",
        "()",
        "[]",
        "lambda: 0",
        "yield",
        "10**10",
        "9" * 20,
    ),
)


def tokens_of(text: str) -> list[tokenize.TokenInfo]:
    """Return the tokens of a text, none where it has no tokens of Python's."""
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return list(tokenize.generate_tokens(io.StringIO("a = 1").readline))


@given(programs(), st.integers(0, 2**32))
@settings(max_examples=scaled(25))
def test_a_damaged_file_is_a_program_or_an_error(program: Program, seed: int) -> None:
    """Whatever happens to a file, it is refused at a line, or computes what was read from it."""
    check_mutants(program, random.Random(seed), 12)


@pytest.mark.slow
@given(programs(bounded=None), st.integers(0, 2**32))
@settings(max_examples=scaled(250), phases=[Phase.explicit, Phase.generate])
def test_many_damaged_files(program: Program, seed: int) -> None:
    """The same for ten thousand files, some damaged in several places."""
    check_mutants(program, random.Random(seed), 40)


def check_mutants(program: Program, random_: random.Random, count: int) -> None:
    """Damage a program's text in several ways and read each."""
    text = unformatted(program)
    for _ in range(count):
        damaged = text
        for _ in range(random_.choice([1, 1, 1, 2, 4])):
            damaged = mutated(random_, damaged)
        start = time.process_time()
        try:
            found = read_source(damaged, name="damaged.py")
        except UnreadableSource as error:
            found, message = None, str(error)
            assert message.startswith("damaged.py:")
            assert "\n" not in message
        assert time.process_time() - start < 5
        if found is not None:
            assert_computes(damaged, found, random_)


def assert_computes(text: str, program: Program, random_: random.Random) -> None:
    """Run a text that was read as a program on a few inputs."""
    run = load(text)
    domain = program.domain
    longest = min(domain.max_length or domain.min_length + 3, domain.min_length + 3)
    if domain.min_length > 20:
        return
    for _ in range(4):
        length = random_.randint(domain.min_length, longest)
        tokens = [random_.choice(domain.symbols) for _ in range(length)]
        # The scalar interpreter, since damaged votes may exceed what the evaluator takes.
        labels = list(interpret(program, domain.frame(tokens)).predictions)
        data = slice(None) if program.classifier.pooled else domain.data_slice(len(labels))
        assert run(tokens) == labels[data]


def test_nothing_of_a_file_is_executed(tmp_path: Path) -> None:
    """A file that would do something when it runs does nothing when it is read."""
    trap = tmp_path / "trap"
    line = f"open({str(trap)!r}, 'w').close()"
    for place in ("import sys\n", '    return key == "</s>"\n', "    words = list(tokens)\n"):
        indent = " " * (len(place) - len(place.lstrip()))
        with pytest.raises(UnreadableSource):
            read_source(REVERSE.replace(place, f"{indent}{line}\n{place}"))
    with pytest.raises(UnreadableSource):
        read_source(REVERSE + f"    {line}\n")
    assert not trap.exists()


def test_reading_stays_light() -> None:
    """A program without comments of a person's is read without LibCST, the formatter and torch."""
    golden = Path(__file__).parent.parent / "codegen" / "golden" / "random.py"
    script = (
        "import sys, pathlib; from tprog.reader import read_program;"
        "read_program(pathlib.Path(sys.argv[1]));"
        "print([name for name in ('libcst', 'black', 'torch') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(golden)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_an_invalid_program_is_unreadable() -> None:
    """What breaks a rule of the IR is an error of the file."""
    with pytest.raises(UnreadableSource, match="values repeat"):
        read_source(REVERSE.replace('"a", "b", "c"', '"a", "<s>", "c"'))
    assert issubclass(UnreadableSource, Exception)
    assert not issubclass(UnreadableSource, InvalidProgram)


def test_equal_programs_with_other_names_are_equal() -> None:
    """Names and notes are carried, not compared."""
    program = zoo_program()
    named = replace(
        program, operations=tuple(replace(found, name="") for found in program.operations)
    )
    assert read_source(emit(named)) == program
    assert read_source(emit(named)).names != program.names
