"""`tprog grid` and `tprog results`, from end to end with tiny trainings."""

import json
from pathlib import Path

import pytest
from terminal import one_line, tprog

TASK = "hist:vocabulary=4,length=5"
TINY = (
    "--synth-seconds",
    "0",
    "--epochs",
    "1",
    "--rounds",
    "0",
    "--restarts",
    "1",
    "--samples",
    "30",
)


def test_an_algorithm_is_a_trial(tmp_path: Path) -> None:
    """It is found in a process of its own, tested on longer inputs, and kept; what is done is not begun again."""
    given = ("reverse:vocabulary=5,length=5", "--rasp", "--longer", "20", "--processes", "1")
    store = ("--store", str(tmp_path / "store"))
    first = tprog("grid", *given, *store)
    assert first.code == 0, first.err
    assert "1/1" in first.err
    again = tprog("grid", *given, *store)
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[:-1] == first.out.splitlines()[:-1]
    (found,) = json.loads(tprog("results", *store, "--json").out)["configurations"]
    assert (found["test"], found["settings"]) == (1.0, {"longer": 20, "rasp": True})


@pytest.mark.slow
def test_a_grid_is_trained_once_widened_and_shown(tmp_path: Path) -> None:
    """Programs, a standard Transformer and an algorithm lie in one store; a wider axis adds; what fails is told."""
    store = ("--store", str(tmp_path / "store"))
    given = (*TINY, "--processes", "1", *store)
    listed = tprog("grid", TASK, *TINY, "--layers", "1-2", "--dry-run", *store)
    assert listed.out.splitlines()[-1] == "2 trials, 2 to run; how long they take is not known yet"
    first = tprog("grid", TASK, *given, "--layers", "1")
    assert first.code == 0, first.err
    assert "1 done, 0 failed, 0 left" in first.out
    assert "1/1" in first.err
    wider = tprog("grid", TASK, *given, "--layers", "1-2", "--longer", "0,3")
    assert wider.code == 0, wider.err
    assert wider.err.count(": done:") == 3
    assert "best of hist" in wider.out
    assert tprog("grid", TASK, *given, "--standard", "--layers", "1").code == 0
    assert tprog("grid", TASK, "--rasp", "--longer", "20", "--processes", "1", *store).code == 0
    found = json.loads(tprog("results", *store, "--json").out)["configurations"]
    assert [one["seeds"] for one in found] == [1] * 6
    assert found[-1]["settings"] == {"longer": 20, "rasp": True}
    assert (tmp_path / "store" / found[0]["program"]).read_text().startswith('"""')
    shown = tprog("results", *store, "--where", "standard=true")
    assert "1 configurations, 1 trials done, 0 failed" in shown.out
    drawn = tprog(
        "results",
        *store,
        "--where",
        "longer>0",
        "--plot",
        str(tmp_path / "a.svg"),
        "--kind",
        "lengths",
    )
    assert drawn.code == 0, drawn.err
    compared = tprog("results", *store, "--where", "layers=2", "--against", "layers=1")
    assert "2 pairs" in compared.out
    failed = tprog("grid", "module:sweep_fakes:missing", "--processes", "1", *store)
    assert failed.code == 1
    assert "has no 'missing'" in tprog("results", *store, "--where", "state=failed").out


def test_a_file_of_grids_is_listed(tmp_path: Path) -> None:
    """Options of the command change its axes."""
    file = tmp_path / "a.toml"
    file.write_text(
        f'[[grid]]\nname = "x"\ntasks = ["{TASK}", "sort"]\nseeds = 2\nlayers = [1, 2]\n'
    )
    store = ("--store", str(tmp_path / "store"), "--dry-run")
    assert "8 trials, 8 to run" in tprog("grid", str(file), *store).out
    less = tprog("grid", str(file), "sort", "--only", "x", "--layers", "3", "--seeds", "1", *store)
    assert less.out.splitlines()[0] == "new  sort layers=3"
    timed = tprog("grid", "sort", "--seconds", "60", "--seeds", "4", "--processes", "2", *store)
    assert timed.out.splitlines()[-1] == "4 trials, 4 to run, about 2.0 min"


@pytest.mark.parametrize(
    "given",
    [
        ("grid", "srot"),
        ("grid", "sort", "--layers", "a"),
        ("grid", "sort", "--only", "x"),
        ("grid", "sort", "--seeds", "0"),
        ("grid", "missing.toml"),
        ("results", "--kind", "x"),
        ("results", "--readme", "README.md"),
        ("results", "--where", "x=1"),
        ("results", "--plot", "a.svg"),
    ],
)
def test_mistakes_are_one_line(given: tuple[str, ...], tmp_path: Path) -> None:
    """Before anything is trained."""
    finished = tprog(*given, "--store", str(tmp_path))
    assert finished.code in (1, 2)
    assert one_line(finished).startswith("tprog: ")


def test_a_study_of_lengths_is_listed_and_shown(tmp_path: Path) -> None:
    """An algorithm is right at each length that was tested; the table says so."""
    store = ("--store", str(tmp_path / "store"), "--processes", "1")
    listed = tprog("lengths", "reverse", "--sizes", "4", "--dry-run", *store)
    assert listed.out.splitlines()[-1] == "16 trials, 16 to run, about 32.0 min"
    assert tprog("grid", "reverse:length=6", "--rasp", "--longer", "20", *store).code == 0
    refused = tprog("lengths", "addition", "--sizes", "40", *store)
    assert one_line(refused) == "tprog: task addition has no inputs of 40 symbols"
