"""Which trials a grid has."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.sweeps.axes import Grid, read_sweep, seeds_of, values_of
from tprog.analysis.sweeps.trial import AXES, Trial
from tprog.errors import UsageError


@pytest.mark.parametrize(
    ("name", "given", "values"),
    [
        ("layers", "1-4", (1, 2, 3, 4)),
        ("heads", "2,4,4,8-9", (2, 4, 8, 9)),
        ("layers", 3, (3,)),
        ("layers", [1, "3-4"], (1, 3, 4)),
        ("standard", "true,false", (True, False)),
        ("standard", True, (True,)),
        ("seconds", "60,0.5", (60.0, 0.5)),
        ("positions", "learned,none", ("learned", "none")),
    ],
)
def test_values_are_read_as_people_write_them(
    name: str, given: object, values: tuple[object, ...]
) -> None:
    """Ranges, lists and single values; each value once."""
    assert values_of(name, given) == values


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("layers", "4-1"), ("layers", "a"), ("layers", "-1"), ("layers", [])),
        *(("layers", True), ("layers", "0-999999"), ("standard", "yes"), ("standard", 1)),
        ("seconds", "1-2"),
    ],
)
def test_values_that_are_none_are_refused(name: str, given: object) -> None:
    """The message names the axis."""
    with pytest.raises(UsageError, match=name):
        values_of(name, given)


def test_seeds_are_a_number_or_a_list() -> None:
    """A number says how many."""
    assert seeds_of(3) == seeds_of("3") == (0, 1, 2)
    assert seeds_of("1-2,7") == (1, 2, 7)
    assert seeds_of([4]) == (4,)
    for wrong in (0, "0", True, "x"):
        with pytest.raises(UsageError):
            seeds_of(wrong)


def test_a_grid_is_the_product_of_its_axes() -> None:
    """Every combination, all configurations of a seed before the next one."""
    found = Grid(("sort", "hist"), {"layers": (1, 2), "heads": (4,)}, (0, 1)).trials()
    assert len(found) == 8
    assert {trial.seed for trial in found[:4]} == {0}
    assert str(found[0]) == "sort heads=4 layers=1"
    with pytest.raises(UsageError, match="too many"):
        Grid(("sort",), {"layers": range(400), "heads": range(400)}).trials()


def test_what_says_nothing_about_a_model_makes_no_trial_of_its_own() -> None:
    """A standard Transformer has no look-ups, an algorithm no layers, a program no kind of positions; defaults are left out."""
    axes: dict[str, tuple[bool | int | str, ...]]
    axes = {"standard": (True,), "mlps": (2, 4), "layers": (1,)}
    assert [str(one) for one in Grid(("sort",), axes).trials()] == ["sort layers=1 standard=True"]
    axes = {"rasp": (True,), "layers": (1, 2), "longer": (10,)}
    assert [str(one) for one in Grid(("sort",), axes).trials()] == ["sort longer=10 rasp=True"]
    axes = {"positions": ("none", "learned"), "data_seed": (0,)}
    assert [str(one) for one in Grid(("sort:length=8",), axes).trials()] == ["sort"]
    assert Trial.of("sort", {"vocab": 16, "length": 16}).task == "sort:vocabulary=16,length=16"


@given(st.dictionaries(st.sampled_from(["layers", "heads", "epochs"]), st.integers(1, 9)))
def test_keys_depend_on_settings_alone(settings: dict[str, int]) -> None:
    """Equal settings have equal keys, in whatever order they came; others have others; what is written reads back."""
    one = Trial.of("sort", settings)
    assert one.key == Trial.of(" sort ", dict(reversed(settings.items()))).key
    assert one.key != Trial.of("sort", {**settings, "seed": 1}).key
    assert one.key != Trial.of("hist", settings).key
    assert all(one.get(name) == settings.get(name, AXES[name]) for name in ("layers", "heads"))


TEXT = """
hours = 2
[[grid]]
name = "a"
tasks = ["sort", "hist"]
seeds = 3
layers = "1-2"
[[grid]]
name = "b"
tasks = "sort"
standard = [true, false]
"""


def test_a_file_holds_several_grids(tmp_path: Path) -> None:
    """Grids can be chosen by name and task, and their axes changed."""
    file = tmp_path / "sweep.toml"
    file.write_text(TEXT)
    found = read_sweep(file)
    assert (found.hours, len(found.trials())) == (2, 2 * 3 * 2 + 2)
    assert len(found.selected((), ("a",)).trials()) == 12
    assert len(found.selected(("hist",), ()).trials()) == 6
    assert len(found.changed({"layers": (1,)}, (0,)).selected((), ("a",)).trials()) == 2
    with pytest.raises(UsageError, match="no grid 'c'"):
        found.selected((), ("c",))
    # A trial that two grids share is run once.
    file.write_text('tasks = ["sort", "sort:length=8"]')
    assert len(read_sweep(file).trials()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "no TOML"),
        ("layers = 1", "needs tasks"),
        ('tasks = ["sort"]\nlayer = 1', "did you mean layers"),
        ('tasks = ["sort"]\n[[grid]]\ntasks = ["sort"]', "before"),
        ('hours = "x"\ntasks = ["sort"]', "hours"),
        ("grid = 1", "below a line"),
    ],
)
def test_files_that_are_none_are_refused(text: str, message: str, tmp_path: Path) -> None:
    """In one line that says what is wrong."""
    file = tmp_path / "sweep.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_sweep(file)


def test_the_table_of_readme_fits_its_hours() -> None:
    """All its trials together, at their limits and on two cores, take no longer than the file says."""
    table = read_sweep(Path(__file__).parents[3] / "artifacts/results/table.toml")
    trials = table.trials()
    assert len(trials) == 40 + 40 + 24 + 24 + 35 + 15 + 15
    assert sum(float(trial.get("seconds") or 0) for trial in trials) <= 2 * 3600 * (
        table.hours or 0
    )
