"""What a published file may say besides, or otherwise, and still be read; each file is one that somebody could have."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from published.test_program import small
from published.written import write

from tprog.errors import UnreadableSource
from tprog.ir import Classifier, Domain, Positions, Program, Tokens
from tprog.published.assemble import Imported
from tprog.published.program import read_published

READ = 'pd.read_csv("made/elsewhere/program_weights.csv", index_col=[0, 1], dtype={"feature": str})'
NAME = '"made/elsewhere/program_weights.csv"'


def read(folder: Path, *changes: tuple[str, str], program: Program | None = None) -> Imported:
    """Write a program, change its text, and read it."""
    path = write(program or small(), folder)
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return read_published(path)


@pytest.mark.parametrize(
    "guard",
    [
        "if __file__ == __name__:",
        "if __name__ == '__main__':",
        "if examples:",
        "if True:",
    ],
)
def test_examples_stand_under_any_guard(tmp_path: Path, guard: str) -> None:
    """What only shows something binds nothing that `run` uses, whatever it depends on."""
    found = read(
        tmp_path,
        (
            "for x, y in examples:\n    y_hat = run(x)\n    print(y_hat)",
            f"{guard}\n    for x, y in examples:\n        print(run(x))",
        ),
    )
    assert found.program == read(tmp_path).program


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    positions =", "    print(tokens)\n    positions =", None),
        (
            "    positions =",
            "    assert len(tokens) > 0\n    positions =",
            "line 29 changes nothing",
        ),
        ("    positions =", "    began = time.time()\n    positions =", "line 29 changes nothing"),
        (
            "    positions =",
            "    if len(tokens) > 9:\n        print(tokens)\n    positions =",
            "line 29 changes",
        ),
        (
            "examples =",
            "def check():\n    for n in range(3):\n        assert run(['<s>', 'a'])\ncheck()\nexamples =",
            "changes nothing",
        ),
        (
            "examples =",
            "def check():\n    found = []\n    found.append(run(['<s>']))\n    return found\nprint(check())\nexamples =",
            "changes nothing",
        ),
    ],
)
def test_what_changes_nothing_is_left_out(
    tmp_path: Path, old: str, new: str, said: str | None
) -> None:
    """Prints, checks and clocks are passed over; where they may raise an error, the import says so."""
    found = read(tmp_path, ("import numpy as np", "import numpy as np, time"), (old, new))
    assert found.program == read(tmp_path).program
    assert found.warnings == () if said is None else said in found.warnings[-1]


@pytest.mark.parametrize(
    "written",
    [
        'os.path.join(os.path.dirname(__file__), "program_weights.csv")',
        'os.path.join(os.path.dirname(os.path.abspath(__file__)), "." , "program_weights.csv")',
        'Path(__file__).parent / "program_weights.csv"',
        'Path(__file__).resolve().with_name("program_weights.csv")',
        'WHERE + "/" + f"{WHAT}_weights.csv"',
        'str(Path("somewhere") / "else" / "program_weights.csv")',
    ],
)
def test_paths_are_followed(tmp_path: Path, written: str) -> None:
    """A path may be put together from the file's own place, from constants, or from both."""
    head = (
        'import os\nfrom pathlib import Path\nWHERE = "made"\nWHAT = "program"\nimport numpy as np'
    )
    found = read(tmp_path, ("import numpy as np", head), (NAME, written))
    assert found.program == read(tmp_path).program


def test_the_classifier_may_be_read_above_run(tmp_path: Path) -> None:
    """A value of the top level is followed when `run` reads it; one that changes there is refused."""
    below = ("\ndef run", f"\nweights = {READ}\ndef run")
    without = (f"    weights = {READ}\n", "")
    found = read(tmp_path, without, below)
    assert found.program == read(tmp_path).program
    with pytest.raises(UnreadableSource, match="weights is bound in lines"):
        read(tmp_path, without, below, ("\ndef run", "\nweights = None\ndef run"))
    with pytest.raises(UnreadableSource, match=r"weights\.clear is called"):
        read(tmp_path, without, below, ("\nexamples", "\nweights.clear()\nexamples"))
    with pytest.raises(UnreadableSource, match="weights is bound later"):
        read(tmp_path, without, ("    print(y_hat)\n", f"    print(y_hat)\nweights = {READ}\n"))


def test_missing_values_may_be_kept(tmp_path: Path) -> None:
    """Without pandas' missing values no token is lost, and nothing is said of it."""
    domain = Domain(("NA", "b"), 2)
    program = Program(domain, (Tokens(), Positions()), (), small().classifier)
    program = replace(program, classifier=Classifier(("X", "Y"), small().classifier.votes[:1]))
    table = tmp_path / "program_weights.csv"
    for option, said in (("", 1), (", keep_default_na=False", 0), (", na_filter=False", 0)):
        path = write(program, tmp_path)
        table.write_text(table.read_text() + "positions,0,0,0\npositions,1,0,0\npositions,2,0,0\n")
        path.write_text(path.read_text().replace("str})", f"str}}{option})"))
        warnings = read_published(path).warnings
        assert sum("raises KeyError on 'NA'" in one for one in warnings) == said


def test_a_path_of_windows_is_understood(tmp_path: Path) -> None:
    """Where its letters became control characters, the usual name beside the program is read, and it is said."""
    found = read(tmp_path, (NAME, '"made\\rasp\\reverse\\reverse_weights.csv"'))
    assert found.program == read(tmp_path).program
    assert "a path of Windows" in found.warnings[0]
    # An escape that is none is a warning of Python's, and the name behind the last of them is there.
    found = read(tmp_path, (NAME, r'"made\data\program_weights.csv"'))
    assert found.program == read(tmp_path).program


def test_lengths_are_those_of_the_arguments(tmp_path: Path) -> None:
    """With more values than positions the CSV lists positions that no input has; args.json knows better."""
    arguments = {"dataset": "program", "max_length": 3, "d_var": 8, "n_layers": 1}
    (tmp_path / "args.json").write_text(json.dumps(arguments))
    found = read(tmp_path)
    assert found.program.domain.max_length == 2
    assert "max_length 3: inputs have at most 3" in found.warnings[0]
    (tmp_path / "other_weights.csv").write_text("feature,value,X\n")
    (tmp_path / "args.json").write_text(json.dumps({**arguments, "dataset": "other"}))
    assert read(tmp_path).program.domain.max_length == 3
    (tmp_path / "other_weights.csv").unlink()
    (tmp_path / "args.json").write_text("{")
    assert "args.json beside it has no say" in read(tmp_path).warnings[0]


def test_a_training_without_count_only_is_named(tmp_path: Path) -> None:
    """Rows that such a training leaves out are no sign of files that do not belong together."""
    path = write(small(), tmp_path)
    table = tmp_path / "program_weights.csv"
    lines = [line for line in table.read_text().splitlines() if ",_," not in line]
    # Categorical variables have values of no symbol, too.
    table.write_text("\n".join([*lines, "tokens,_,0,0"]) + "\n")
    with pytest.raises(UnreadableSource, match=r"no row for ones '_', .* \(count_only: false\)"):
        read_published(path)
    arguments = {"dataset": "program", "n_layers": 1, "max_length": 8, "count_only": False}
    (tmp_path / "args.json").write_text(json.dumps(arguments))
    with pytest.raises(UnreadableSource, match=r"\(count_only: false, as args\.json says\)"):
        read_published(path)
    (tmp_path / "args.json").write_text(json.dumps({**arguments, "count_only": True}))
    with pytest.raises(UnreadableSource, match="do not belong together"):
        read_published(path)


@pytest.mark.parametrize("count", [300, 900])
def test_long_chains_of_branches_are_read(tmp_path: Path, count: int) -> None:
    """A large vocabulary gives as many branches; they are flat, and none of them is lost."""
    branches = "".join(
        f"        elif q_value == 'word{number}':\n            return k_value == 'a'\n"
        for number in range(count)
    )
    old = "            return k_value == 'b'\n"
    found = read(tmp_path, (old, f"{old}{branches}"))
    assert found.program == read(tmp_path).program


def test_positions_may_be_floats(tmp_path: Path) -> None:
    """Positions and counts that are compared with 1.0 are compared with 1."""
    found = read(tmp_path, ("q_value in {'a'}", "q_value in {'a', 1.0}"))
    assert found.program == read(tmp_path).program
    path = write(small(), tmp_path)
    table = tmp_path / "program_weights.csv"
    table.write_text(
        "".join(
            line.replace(f"positions,{line.split(',')[1]},", f"positions,{line.split(',')[1]}.0,")
            for line in table.read_text().splitlines(keepends=True)
        )
    )
    with pytest.raises(
        UnreadableSource, match=r"no row for positions '0', .* the file writes 0\.0"
    ):
        read_published(path)
    text = path.read_text().replace(
        "list(range(len(tokens)))", "[float(i) for i in range(len(tokens))]"
    )
    path.write_text(text)
    assert read_published(path).program.domain == small().domain


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("import torch", "the module torch is none of Python's"),
        ("from embeddings import Emb0", "the module embeddings is none of Python's"),
        ("from helpers import *", "what helpers holds is not known here"),
    ],
)
def test_an_unknown_import_is_no_module_of_embeddings(
    tmp_path: Path, statement: str, message: str
) -> None:
    """What is imported and not known is called by its name, with what to do."""
    with pytest.raises(UnreadableSource, match=rf"program\.py:1: {message}"):
        read(tmp_path, ("import numpy as np", f"{statement}\nimport numpy as np"))


def test_a_neighbour_is_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module beside the file that would leave a mark when it is imported leaves none."""
    mark = tmp_path / "mark"
    (tmp_path / "planted.py").write_text(f"from enum import Enum\nopen({str(mark)!r}, 'w')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for statement in ("import planted", "from planted import Emb0", "from planted import *"):
        with pytest.raises(UnreadableSource, match="planted"):
            read(tmp_path, ("import numpy as np", f"{statement}\nimport numpy as np"))
    assert not mark.exists()
