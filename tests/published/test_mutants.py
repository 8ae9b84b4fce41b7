"""Whatever happens to a published file: it is refused at a line, or Python and pandas compute what was read from it."""

import ast
import random
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, seed, settings
from mutants import mutant
from own_process import OwnPandas, Ran
from published.test_program import known, small
from published.written import published_programs, write

from tprog.errors import FileProblem, UnreadableSource
from tprog.evaluate import all_inputs, count_inputs, predict, sample_inputs
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes, Program, Votes, WordTable
from tprog.published.assemble import Imported, WrittenExample
from tprog.published.program import read_published

INPUTS = 32
Files = dict[str, bytes]

# Statements that are put anywhere; N and M become names of the file or of Python.
STATEMENTS = (
    "pass", "print(N)", "print(N, M, sep='')", "print(f'{N}')", "assert N", "assert True", "assert len(N) > 0",
    "assert N == M", "N = M", "N = 0", "N = None", "N: int = 1", "N += 1", "N += ['a']", "N += N", "N.append('a')",
    "N.clear()", "N.pop()", "N.reverse()", "N[0] = 'a'", "N[-1] = 'X'", "N[0] = M[0]", "del N", "global N", "nonlocal N",
    "import os", "import math as N", "from math import floor as N", "import numpy as N", "import torch as N",
    "def N(a, b): return True", "def N(*a): return a[0]", "def N(a): return a", "def N(a=M.append('a')): return a",
    "def N(q: M.clear(), k) -> print(M): return q == k", "class N: pass", "async def N(): pass", "@print\ndef N(a): pass",
    "for N in ('a', 'b'): pass", "for N in M: print(N)", "for N, M in zip(M, N): pass", "for one in N:\n    M = one",
    "if N: M = 1", "if True: N = M", "if __name__ == '__main__': N = M", "if __name__ == '__main__': print(N)",
    "if __name__ != 'x':\n    N = M\nelse:\n    M = N", "while False: pass", "with open(__file__) as N: pass",
    "try:\n    N = M\nexcept Exception:\n    pass", "yield", "yield N", "x = yield", "return", "return N", "return None",
    "return N.tolist()", "raise ValueError(N)", "raise SystemExit", "(N := 1)", "print(N := M)", "[N for N in 'ab']",
    "[(M := one) for one in N]", "lambda: N", "N", "'text'", "1", "...", "exec('N = 1')", "globals()['N'] = 1",
    "setattr(N, 'x', 1)", "vars()['N'] = M", "N.x = 1", "N.columns = M", "N.values[:] = 0", "N, M = M, N", "N = M = 1",
    "N = list(M)", "N = sorted(M)", "N = M[::-1]", "N = M[:]", "N = M.copy()", "N = str", "N = print", "N = len(M)",
    "N = run", "N = [M]", "N = (M,)", "N = {1: M}", "N = [one for one in M]", "N = zip(M, M)", "N = range(len(M))",
    "N = tuple(M)", "N = map(str, M)", "N = 'a' + 'b'", "N = M if M else M", "N = M and M", "N = not M", "N = -1",
    "N.sort(key=M)", "sorted(N, key=M.append)", "list(map(N.append, M))", "N.update(M)", "N.drop(columns=['X'], inplace=True)",
    "N.loc[:] = 0", "N = N.sort_index()", "N = pd.read_csv('program_weights.csv', index_col=[0, 1])",
    "N = pd.read_csv('other.csv')", "N = np.array(M)", "N = M.tolist()", "N = M.to_numpy()", "N.sum(0, out=M)",
    "def helper():\n    global N\n    N = M\nhelper()", "def helper(a):\n    a.append('a')\nhelper(N)",
    "def helper():\n    N.append('a')\nhelper()", "def helper():\n    total = 0\n    total += 1\n    return total\nhelper()",
    "def helper():\n    found = []\n    found.append(N)\n    return found\nprint(helper())",
    "random = [N]\nrandom.append(M)", "import random\nrandom.shuffle(N)", "import random\nrandom.random()",
)  # fmt: skip

# Other ways of writing what a file says, which should be read; and near misses.
REWORDED = (
    ('"made/elsewhere/program_weights.csv"', '"program_weights.csv"'),
    ('"made/elsewhere/program_weights.csv"', 'os.path.join(os.path.dirname(__file__), "program_weights.csv")'),
    ('"made/elsewhere/program_weights.csv"', 'Path(__file__).parent / "program_weights.csv"'),
    ('"made/elsewhere/program_weights.csv"', '"program" + "_weights.csv"'),
    ('"made/elsewhere/program_weights.csv"', 'f"{NAME}_weights.csv"'),
    ('dtype={"feature": str}', 'dtype={"feature": str}, keep_default_na=False'),
    ('dtype={"feature": str}', 'dtype={"feature": str}, keep_default_na=True'),
    ('dtype={"feature": str}', 'dtype={"feature": str, "value": str}'),
    (', dtype={"feature": str}', ""),
    ("index_col=[0, 1]", "index_col=[1, 0]"),
    ("list(range(len(tokens)))", "range(len(tokens))"),
    ("list(range(len(tokens)))", "[float(i) for i in range(len(tokens))]"),
    ("list(range(len(tokens)))", "[i for i in range(len(tokens))]"),
    ("sums.argmax(-1)", "sums.argmax(1)"),
    ("sums.argmax(-1)", "sums.argmin(-1)"),
    ("return predictions.tolist()", "return predictions"),
    ("return predictions.tolist()", "out = predictions.tolist()\n    predictions[0] = 'Q'\n    return out"),
    ("return predictions.tolist()", "out = predictions\n    predictions[0] = 'Q'\n    return out"),
    ("return predictions.tolist()", "out = predictions.tolist()\n    out[0] = 'Q'\n    return out"),
    ("return predictions.tolist()", "return list(predictions)"),
    (".tolist()\n", ".tolist() or 1\n"),
    ("if predicate(query, key)]", "if predicate(query, key) is not None]"),
    ("if len(found) == 0:", "if not found:"),
    ("if len(found) == 0:", "if len(found) == 0 or keys[0] == keys[-1]:"),
    ("if on]", "if on is True]"),
    ("for j, key in enumerate(keys)", "for key, j in zip(keys, range(len(keys)))"),
    ("k_value ==", "k_value is"),
    ("k_value ==", "k_value in (0,) or k_value =="),
    ("q_value in {", "q_value in {None, "),
    ("key in {", "key in {True, "),
    ("key in {", "key not in {"),
    ("return 1", "return True"),
    ("return 1", "return 1.0"),
    ("return 0", "return"),
    ("    return 1", "    return 1\n        yield 2"),
    ("def run(tokens", "def run(tokens, extra=None"),
    ("def run(tokens", "def run(tokens, *extra"),
    ("def run(tokens):", "def run(tokens) -> print(1):"),
    ("import pandas as pd", "import numpy as pd\nimport pandas as pd"),
    ("import pandas as pd", "import pandas as pd\nimport numpy as pd"),
    ("import pandas as pd", "import pandas\npd = pandas"),
    ("import pandas as pd", "from pandas import read_csv, concat\nimport pandas as pd"),
)  # fmt: skip
HEADS = 'import os\nfrom pathlib import Path\nNAME = "program"\n'
CELLS = (
    "",
    "0",
    "1",
    "-1",
    "x",
    "nan",
    "NA",
    "1e3",
    "1.0",
    "_",
    "<s>",
    '"1"',
    "1,1",
    " 1",
    "True",
    "9" * 20,
)


def exact(program: Program) -> Program:
    """Return a Program whose weights floating-point numbers hold exactly, so that no order of a sum matters."""
    votes: list[Votes] = []
    for vote in program.classifier.votes:
        if isinstance(vote, CategoricalVotes):
            rows = tuple(tuple(one // 125 * 125 for one in row) for row in vote.weights)
            votes.append(CategoricalVotes(vote.variable, rows))
        else:
            assert isinstance(vote, NumericalVotes)
            votes.append(replace(vote, weights=tuple(one // 125 * 125 for one in vote.weights)))
    classifier = program.classifier
    return replace(
        program,
        classifier=Classifier(
            classifier.labels,
            tuple(votes),
            (),
            classifier.pooled,
            classifier.first,
            classifier.last,
        ),
    )


def originals(folder: Path, count: int) -> list[Files]:
    """Write random Programs in the published shape and return their files."""
    drawn = [small()]

    @seed(0)
    @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None)
    @given(program=published_programs())
    def draw(program: Program) -> None:
        if len(program.operations) > 1 and program.classifier.votes:
            drawn.append(program)

    draw()
    found = []
    for number, program in enumerate(drawn):
        place = folder / str(number)
        place.mkdir()
        enums = number % 2 == 0 and any(isinstance(one, WordTable) for one in program.inputs)
        tokens = program.domain.frame(program.domain.symbols[:1])
        examples = [WrittenExample(tokens, ("<pad>",) * len(tokens))]
        write(exact(program), place, "program", examples, enums)
        found.append({path.name: path.read_bytes() for path in place.iterdir()})
    return found


def names_of(text: str) -> list[str]:
    """Return the names that a file uses or binds."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        for field in ("id", "name", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str) and name.isidentifier():
                found.add(name)
    return sorted(found)


def inserted(draw: random.Random, text: str) -> str:
    """Return a file with a statement put anywhere."""
    names = names_of(text)
    lines = text.splitlines()
    place = draw.randrange(2, len(lines) + 1)
    indent = re.match(
        " *", lines[place] if place < len(lines) and draw.random() < 0.8 else lines[place - 1]
    )
    assert indent is not None
    one, other = (draw.choice(names) for _ in range(2))
    statement = re.sub(r"\bN\b", one, draw.choice(STATEMENTS))
    statement = re.sub(r"\bM\b", other, statement)
    new = [indent[0] + line for line in statement.splitlines()]
    return "\n".join([*lines[:place], *new, *lines[place:]]) + "\n"


def reworded(draw: random.Random, text: str) -> str:
    """Return a file that says the same, or nearly, in other words."""
    fitting = [(old, new) for old, new in REWORDED if old in text]
    old, new = draw.choice(fitting)
    places = [found.start() for found in re.finditer(re.escape(old), text)]
    place = draw.choice(places)
    return HEADS + text[:place] + new + text[place + len(old) :]


def lifted(draw: random.Random, text: str) -> str:
    """Return a file with a statement of `run` moved to the top level, before or after `run`."""
    lines = text.splitlines()
    start = lines.index(next(line for line in lines if line.startswith("def run")))
    inside = [n for n in range(start + 1, len(lines)) if re.match(r" {4}\w+ = ", lines[n])]
    place = draw.choice([start + 1, draw.choice(inside)])
    line = lines.pop(place)
    lines.insert(draw.choice([start, start, len(lines), 0]), line.strip())
    return "\n".join(lines) + "\n"


def sheet_changed(draw: random.Random, content: bytes) -> bytes:
    """Return a CSV file with a cell, a row or a column changed."""
    rows = [line.split(",") for line in content.decode().splitlines()]
    row = draw.randrange(len(rows))
    match draw.randrange(6):
        case 0:
            rows[row][draw.randrange(len(rows[row]))] = draw.choice(CELLS)
        case 1:
            del rows[row]
        case 2:
            rows.insert(draw.randrange(len(rows) + 1), list(rows[row]))
        case 3:
            draw.shuffle(rows[1:])
            rows[1:] = rows[:0:-1]
        case 4:
            place = draw.randrange(len(rows[0]))
            for one in rows:
                if place < len(one):
                    one.insert(draw.randrange(len(one)), one.pop(place))
        case _:
            rows[row] = rows[row][: draw.randrange(len(rows[row]) + 1)]
    return ("\n".join(",".join(one) for one in rows) + draw.choice(["\n", "\n\n", ""])).encode()


def changed(draw: random.Random, files: Files) -> Files:
    """Return a program's files with one to three changes."""
    files = dict(files)
    content = files["program.py"]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        text = content.decode()
        match draw.randrange(10):
            case 0 | 1 | 2 | 3:
                content = inserted(draw, text).encode()
            case 4 | 5:
                content = reworded(draw, text).encode()
            case 6:
                content = lifted(draw, text).encode()
            case 7:
                sheet = draw.choice([name for name in sorted(files) if name.endswith(".csv")])
                files[sheet] = sheet_changed(draw, files[sheet])
            case _:
                files["program.py"] = mutant(text, draw)
                return files
        try:
            ast.parse(content)
        except (SyntaxError, ValueError):
            break
    files["program.py"] = content
    return files


def some_inputs(draw: random.Random, program: Program) -> list[tuple[str, ...]]:
    """Return inputs of a Program's domain, framed, without words that it does not know."""
    domain = known(program.domain)
    total = count_inputs(domain)
    few = total is not None and total <= 500
    batches = all_inputs(domain) if few else sample_inputs(domain, 500, draw.randrange(1000))
    every = [domain.frame(one.data(row, domain)) for one in batches for row in range(len(one))]
    return draw.sample(every, INPUTS) if len(every) > INPUTS else every


def excused(found: Imported, text: str, error: dict[str, object]) -> bool:
    """Tell whether the reader has said that Python may raise an error here."""
    said = " ".join(found.warnings)
    if error["error"] == "KeyError" and "KeyError" in said:
        return True
    listed = re.search(r"what stands in line ([\d, ]+) changes nothing", said)
    lines = {int(one) for one in listed[1].split(",")} if listed else set()
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    frames = error["frames"]
    assert isinstance(frames, list)
    return any(
        one.lineno in lines and one.lineno <= line <= (one.end_lineno or one.lineno)
        for one in statements
        for _, line in frames
    )


def differences(
    found: Imported, text: str, inputs: Sequence[tuple[str, ...]], ran: Ran
) -> list[str]:
    """Return what Python does that the reader has neither read nor said, a line each."""
    if ran.module is not None:
        ended = excused(found, text, ran.module)
        # Examples that the file runs may be none of its inputs; `run` itself is there.
        own = any(name == "run" for name, _ in ran.module["frames"])
        if not (ended or own):
            return [f"the file ends with {ran.module}"]
        if ended:
            return []
    program = found.program
    problems = []
    for tokens, answer, labels in zip(inputs, ran.answers, predict(program, inputs), strict=True):
        if isinstance(answer, dict):
            if not excused(found, text, answer):
                problems.append(f"{tokens}: {answer}")
            continue
        given = (
            answer if program.classifier.pooled else answer[program.domain.data_slice(len(tokens))]
        )
        if given != labels:
            problems.append(f"{tokens}: Python {answer}, read {labels}")
    return problems


def hunt(folder: Path, count: int, start: int, bases: int = 60) -> Counter[str]:
    """Damage files `count` times and check each; the message of a failure names the folder that was kept."""
    draw = random.Random(start)
    (folder / "originals").mkdir()
    files = originals(folder / "originals", bases)
    outcomes: Counter[str] = Counter()
    with OwnPandas() as python:
        for number in range(count):
            place(folder / "work", changed(draw, draw.choice(files)))
            outcome = check(folder / "work" / "program.py", python, draw)
            if outcome not in ("accepted", "refused"):
                kept = folder / f"mutant_{start}_{number}"
                (folder / "work").rename(kept)
                raise AssertionError(f"{kept}: {outcome}")
            outcomes[outcome] += 1
    return outcomes


def place(folder: Path, files: Files) -> None:
    """Write a program's files beside each other, and where Python looks for them."""
    shutil.rmtree(folder, ignore_errors=True)
    for elsewhere in ("made/elsewhere", "programs"):
        (folder / elsewhere).mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        if name != "program.py":
            other = "programs" if name.endswith(".py") else "made/elsewhere"
            (folder / other / name).write_bytes(content)


def check(path: Path, python: OwnPandas, draw: random.Random) -> str:
    """Read one file and, where it is a program, compare with Python; return what became of it."""
    try:
        found = read_published(path)
    except (UnreadableSource, FileProblem) as error:
        return "refused" if "\n" not in str(error) else f"more than one line: {error}"
    inputs = some_inputs(draw, found.program)
    ran = python.run(path, inputs, draw.choice(("published", "__main__")))
    problems = differences(found, path.read_bytes().decode("utf-8-sig"), inputs, ran)
    return "; ".join(problems[:2]) or "accepted"


def test_what_is_read_is_what_runs(tmp_path: Path) -> None:
    """Sixty damaged files, each accepted one run by Python and pandas in a process of its own: no difference."""
    outcomes = hunt(tmp_path, 60, start=1, bases=20)
    assert outcomes["accepted"] >= 10
    assert outcomes["refused"] >= 20


@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 104))
def test_four_thousand_damaged_files(tmp_path: Path, start: int) -> None:
    """The same for a thousand files from each of four seeds."""
    assert hunt(tmp_path, 1000, start)["accepted"] >= 150


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """The comparison itself finds a file that does something else than was read from it."""
    write(exact(small()), tmp_path)
    files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    path = tmp_path / "work" / "program.py"
    place(path.parent, files)
    found = read_published(path)
    inputs = some_inputs(random.Random(0), found.program)
    text = path.read_text()
    with OwnPandas() as python:
        assert differences(found, text, inputs, python.run(path, inputs)) == []
        path.write_text(text.replace("return k_value == 'b'", "return k_value == 'a'"))
        assert differences(found, text, inputs, python.run(path, inputs))
        path.write_text(text.replace("    positions =", "    assert not tokens\n    positions ="))
        assert differences(found, text, inputs, python.run(path, inputs))
