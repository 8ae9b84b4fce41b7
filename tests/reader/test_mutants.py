"""Whatever happens to a program's file: it is refused at a line, or Python computes what was read from it."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from codegen.test_module import GOLDENS
from example_programs import large_program
from mutants import mutant
from own_process import OwnProcess

from tprog.codegen import emit, emit_files
from tprog.errors import BadInput, FileProblem, UnreadableSource
from tprog.evaluate import predict
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    TextRule,
    Tokens,
    WordTable,
)
from tprog.locate import gallery_names, load
from tprog.reader import read_program

INPUTS = 32


def originals() -> list[dict[str, str]]:
    """Return files to damage: the gallery, the goldens, some random Programs, one with its tables in a file beside it."""
    found = [{"program.py": emit(load(name))} for name in gallery_names()]
    found += [{"program.py": emit(make())} for make in GOLDENS.values()]
    words = tuple(f"w{n}" for n in range(1001))
    kinds = FiniteValues(("a", "b"))
    large = Program(
        Domain(words, 6, unknown="w0"),
        (
            Tokens(),
            WordTable(kinds, tuple(n % 2 for n in range(1002)), name="kind"),
            TextRule("lower", kinds, 0, name="small"),
        ),
        (),
        Classifier(("yes", "no"), (CategoricalVotes(1, ((1, 0), (0, 1))),)),
    )
    endless = Program(
        Domain(("a", "b", "c"), None),
        (Tokens(), Positions(), Ones(), TextRule("lower", kinds, 0, name="small")),
        (
            CategoricalHead(1, 1, 0, Compare("==", 1, -1), name="previous"),
            CategoricalHead(0, 1, 0, KeyIn((2, 3)), name="third", causal=True),
            NumericalHead(0, 0, 2, Compare("=="), name="same"),
            NumericalLookup((6,), kinds, (3,), (Rectangle(((2, 3),), 1),), 0, name="many"),
        ),
        Classifier(
            ("yes", "no", "maybe"),
            (
                *(
                    CategoricalVotes(n, ((1, 0, 2), (0, 3, 1), (2, 2, 0), (1, 1, 1)))
                    for n in (4, 5)
                ),
                NumericalVotes(6, (0, 1, 0)),
                CategoricalVotes(7, ((4, 0, 0), (0, 0, 5))),
            ),
        ),
    )
    drawn = [emit(large_program(1, 3, 2, seed)) for seed in range(3)]
    found += [{"program.py": text} for text in (emit(endless), *drawn)]
    return [*found, emit_files(large, "program")]


def some_inputs(program: Program, random_: random.Random) -> list[list[str]]:
    """Return plain, framed and wrong inputs."""
    domain = program.domain
    frame = [symbol for symbol in (domain.prefix, domain.suffix) if symbol is not None]
    longest = min(domain.max_length or domain.min_length + 6, domain.min_length + 8)
    found: list[list[str]] = [[], [*frame], ["no such token"], [domain.symbols[0]] * (longest + 9)]
    while len(found) < INPUTS:
        size = random_.randint(domain.min_length, max(longest, domain.min_length))
        tokens = [random_.choice(domain.symbols[:50]) for _ in range(size)]
        match random_.randrange(8):
            case 0:
                tokens = [
                    *([domain.prefix] if domain.prefix else []),
                    *tokens,
                    *([domain.suffix] if domain.suffix else []),
                ]
            case 1 if frame:
                tokens.insert(random_.randint(0, len(tokens)), random_.choice(frame))
            case 2:
                tokens[random_.randrange(len(tokens))] = random_.choice(
                    ["", "9", "é", " ", "0", "A"]
                )
            case _:
                pass
        found.append(tokens)
    return found


def expected(program: Program, tokens: list[str]) -> list[str] | None:
    """Return the labels that the evaluator and the interpreter give, None for an input outside the domain."""
    try:
        framed = program.domain.frame(tokens)
    except BadInput:
        return None
    labels = list(interpret(program, framed).predictions)
    data = slice(None) if program.classifier.pooled else program.domain.data_slice(len(labels))
    assert predict(program, [tokens]) == [labels[data]]
    return labels[data]


def check(path: Path, runner: OwnProcess, random_: random.Random) -> str:
    """Read one file and, where it is a program, compare with Python; return what became of it."""
    try:
        program = read_program(path)
    except (UnreadableSource, FileProblem) as error:
        if "\n" in str(error):
            raise AssertionError(f"more than one line: {error}") from error
        return "refused"
    if program.domain.min_length > 30:
        return "long"
    inputs = some_inputs(program, random_)
    found: dict[str, Any] = runner.run(path, inputs)
    wanted = [expected(program, tokens) for tokens in inputs]
    assert found.get("labels") == wanted, f"{found} against {wanted}"
    for labels, (code, printed) in zip(wanted, found["scripts"], strict=False):
        assert (code, printed) == ((2, "") if labels is None else (0, " ".join(labels) + "\n"))
    return "accepted"


def hunt(folder: Path, count: int, seed: int) -> Counter[str]:
    """Damage files `count` times and check each; the message of a failure names the file that was kept."""
    random_ = random.Random(seed)
    files = originals()
    outcomes: Counter[str] = Counter()
    with OwnProcess() as runner:
        for number in range(count):
            chosen = random_.choice(files)
            for name, text in chosen.items():
                if name.endswith(".json"):
                    if random_.random() < 0.2:
                        text = text.replace(
                            '"a"', random_.choice(["1", "true", "null", '"c"', '"a", "x": 3']), 1
                        )
                    (folder / name).write_text(text, encoding="utf-8")
            path = folder / "program.py"
            path.write_bytes(mutant(chosen["program.py"], random_))
            try:
                outcomes[check(path, runner, random_)] += 1
            except Exception as error:
                kept = path.rename(folder / f"mutant_{seed}_{number}.py")
                raise AssertionError(f"{kept}: {error}") from error
    return outcomes


def test_what_is_read_is_what_runs(tmp_path: Path) -> None:
    """A hundred damaged files, each accepted one run by Python in a process of its own: no difference."""
    outcomes = hunt(tmp_path, 100, seed=1)
    assert outcomes["accepted"] >= 5
    assert outcomes["refused"] >= 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_thousand_damaged_files(tmp_path: Path, seed: int) -> None:
    """The same for a thousand files from each of twenty seeds."""
    assert hunt(tmp_path, 1000, seed)["accepted"] >= 50


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """The comparison itself finds a file that does something else than was read from it."""
    path = tmp_path / "program.py"
    path.write_text(emit(load("sort")))
    program = read_program(path)
    path.write_text(path.read_text().replace("return key < token", "return key > token"))
    inputs = some_inputs(program, random.Random(0))
    with OwnProcess() as runner:
        found = runner.run(path, inputs)
    assert found["labels"] != [expected(program, tokens) for tokens in inputs]
