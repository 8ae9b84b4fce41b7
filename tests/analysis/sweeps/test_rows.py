"""What is read out of a store: filters, configurations, comparisons, tables, pictures, and results of others."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sweep_fakes import TASK, outcome

from tprog.analysis.sweeps.axes import Grid, Sweep
from tprog.analysis.sweeps.foreign import foreign_rows
from tprog.analysis.sweeps.plots import KINDS, NEEDS, plot
from tprog.analysis.sweeps.rows import Row, compare, configurations, matching, rows
from tprog.analysis.sweeps.store import Store
from tprog.analysis.sweeps.tables import BEGIN, END, export, percent, sections, write_section
from tprog.analysis.sweeps.trial import Trial
from tprog.errors import TprogError, UsageError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with two layers, two kinds and three seeds; one failed."""
    kept = Store(tmp_path / "store")
    with kept.driving() as driver:
        for layers in (1, 2):
            for standard in (False, True):
                for seed in range(3):
                    given = {"layers": layers, "standard": standard, "seed": seed, "longer": 2}
                    trial = Trial.of(TASK, given)
                    kept.add([trial])
                    kept.claim(trial.key, driver)
                    test = 0.5 + 0.1 * layers + 0.05 * standard + 0.01 * seed
                    lengths = ((4, 1.0, 1.0), (5, 0.9, 0.8), (6, 0.5, 0.1 * seed))
                    made = outcome(test, validation=1 - test)
                    kept.finish(trial.key, replace(made, by_length=lengths))
        failed = Trial.of("sort", {})
        kept.add([failed])
        kept.claim(failed.key, driver)
        kept.fail(failed.key, "no & reason_")
    return kept


def test_rows_are_filtered_by_settings_and_figures(store: Store) -> None:
    """Defaults count, several values, ranges and inequalities; the tests hold together."""
    found = rows(store)
    assert len(found) == 13
    for text, count in {
        "standard=true": 6,
        "standard!=true": 7,
        "layers=1-2": 12,
        "layers=2": 6,
        "test>=0.7": 6,
        "state=failed": 1,
        f"task={TASK}": 12,
        "task=hist,sort": 13,
        "seed=1": 4,
        "heads!=2": 13,
    }.items():
        assert len(matching(found, [text])) == count, text
    assert len(matching(found, ["layers=2", "standard=true", "seed<2"])) == 2
    for wrong in ("layers", "layer=2", "test>x", "layers=a"):
        with pytest.raises(UsageError):
            matching(found, [wrong])


def test_seconds_are_those_given_or_those_taken(tmp_path: Path) -> None:
    """A limit is asked for by what it is, a duration by what it is less than."""
    kept = Store(tmp_path / "timed")
    trial = Trial.of(TASK, {"seconds": 60.0})
    kept.add([trial])
    kept.finish(trial.key, outcome())  # It took 3 seconds.
    found = rows(kept)
    kept.close()
    assert [len(matching(found, [f"seconds{one}"])) for one in ("=60", "=3", "<4", ">4")] == [
        *(1, 0, 1, 0)
    ]


def test_a_configuration_is_chosen_on_validation_data(store: Store) -> None:
    """Its test accuracy is that of the seed with the best validation accuracy, here the worst on test data."""
    one, *_, failed = configurations(rows(store))
    assert (one.seeds, one.settings) == (3, {"layers": 1, "longer": 2})
    assert one.test == one.least == pytest.approx(0.6)
    assert one.mean == pytest.approx(0.61)
    assert (failed.test, failed.failed, failed.paper) == (None, 1, "99.83")


def test_two_sets_are_compared_pair_by_pair(store: Store) -> None:
    """The pairs share task, seed and other settings; the interval holds the difference."""
    found = rows(store)
    got = compare(matching(found, ["layers=2"]), matching(found, ["layers=1"]), ["layers"])
    assert (got.pairs, got.better, got.worse) == (6, 6, 0)
    assert got.low <= got.difference <= got.high
    assert got.difference == pytest.approx(0.1)
    with pytest.raises(UsageError, match="no two"):
        compare(found, [], [])


def test_results_are_exported_for_machines_and_papers(store: Store, tmp_path: Path) -> None:
    """CSV reads back; Markdown and LaTeX hold each configuration; another ending is refused."""
    found = rows(store)
    for name in ("a.csv", "a.md", "a.tex"):
        export(tmp_path / name, found)
    with (tmp_path / "a.csv").open() as stream:
        back = list(csv.DictReader(stream))
    assert [float(row["test"]) for row in back if row["test"]] == [
        row.values["test"] for row in found if row.values["test"] is not None
    ]
    assert {row["layers"] for row in back} == {"1", "2", ""}
    assert "| layers=2 longer=2 standard=True |" in (tmp_path / "a.md").read_text()
    assert (
        r"hist:vocabulary=4,length=5 & layers=1 longer=2 & 60.00 &"
        in (tmp_path / "a.tex").read_text()
    )
    with pytest.raises(UsageError, match="format"):
        export(tmp_path / "a.doc", found)


def test_parquet_reads_back_where_its_library_is(store: Store, tmp_path: Path) -> None:
    """One row for each trial."""
    parquet = pytest.importorskip("pyarrow.parquet")
    export(tmp_path / "a.parquet", rows(store))
    assert parquet.read_table(tmp_path / "a.parquet").num_rows == 13


def test_a_page_gets_the_tables_of_a_sweep(store: Store, tmp_path: Path) -> None:
    """A column for each grid, with what is missing told; what stands around it stays."""
    axes = {"layers": (2,), "longer": (2,)}
    grids = (
        Grid((TASK,), axes, (0, 1, 2), "ours", "Tasks"),
        Grid((TASK,), {**axes, "standard": (True,)}, (0, 1, 2, 3), "theirs", "Tasks"),
        Grid(("sort",), {}, (0,), "left", "Tasks"),
    )
    text = sections(Sweep(grids), rows(store))
    assert "| task | paper | ours, ours | ours, theirs | ours, left |" in text
    assert "**70.00** (mean 71.00, 3 seeds) | **75.00** (mean 76.00, 3 of 4 seeds) |  |" in text
    assert "| `sort` | 99.83 |  |  | not run |" in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_section(page, text)
    assert page.read_text() == f"before\n{BEGIN}\n{text}{END}\nafter\n"
    page.write_text("nothing")
    with pytest.raises(TprogError, match="no lines"):
        write_section(page, text)


def test_shares_are_never_rounded_up_to_all() -> None:
    """100 is exactly all."""
    assert [percent(one) for one in (1.0, 0.99999, 0.9983, None)] == ["100", "99.99", "99.83", ""]


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_is_drawn_the_same_each_time(kind: str, store: Store, tmp_path: Path) -> None:
    """As SVG with the names of what it shows."""
    found = rows(store, *NEEDS.get(kind, ()))  # type: ignore[call-overload]
    for name in ("a.svg", "b.svg"):
        plot(tmp_path / name, kind, found, ("layers", "standard"))  # type: ignore[arg-type]
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert "layers" in text


def test_there_must_be_something_to_draw(store: Store, tmp_path: Path) -> None:
    """And a format to draw it in."""
    none: list[Row] = matching(rows(store), ["state=failed"])
    with pytest.raises(UsageError, match="nothing to draw"):
        plot(tmp_path / "a.svg", "accuracy", none)
    with pytest.raises(UsageError, match="format"):
        plot(tmp_path / "a.gif", "accuracy", rows(store))


def published(folder: Path, seed: int, test: float, **more: object) -> None:
    """Write a run folder as the published code does."""
    folder.mkdir(parents=True)
    given = {
        "dataset": "sort",
        "vocab_size": 8,
        "n_layers": 3,
        "n_heads_cat": 4,
        "seed": seed,
        **more,
    }
    (folder / "args.json").write_text(json.dumps({"dataset_size": -1, "n_epochs": 2, **given}))
    lines = ["epoch,epoch_loss,split,loss,acc,sample_fn"]
    lines += [
        f"{epoch},0,{split},0,0.{epoch}5,gumbel_soft"
        for epoch in (0, 1)
        for split in ("val", "test")
    ]
    if not more.get("standard"):
        lines += [f"2,,{split},0,{value},argmax" for split, value in (("val", 0.5), ("test", test))]
    (folder / "results.csv").write_text("\n".join(lines))


def test_results_of_others_stand_beside_ours(store: Store, tmp_path: Path) -> None:
    """The discrete model's figures count; bringing the same in again changes nothing."""
    published(tmp_path / "runs" / "r0", 0, 0.9, max_length=8)
    published(tmp_path / "runs" / "r1", 5, 0.8, train_max_length=8)
    published(tmp_path / "runs" / "s", 1, 0.0, max_length=8, standard=True)
    for _ in range(2):
        store.put(list(foreign_rows(tmp_path / "runs", "fork")))
    found = matching(rows(store), ["source=fork"])
    assert sorted(row.values["test"] for row in found) == [0.15, 0.8, 0.9]
    one, standard = configurations(found)
    assert (one.task, one.seeds, one.source) == ("sort", 2, "fork")
    assert one.settings == {"cat_heads": 4, "epochs": 2, "layers": 3}
    assert standard.settings["standard"] is True
    with pytest.raises(UsageError, match="no run"):
        list(foreign_rows(tmp_path / "store", "fork"))
    (tmp_path / "runs" / "r0" / "results.csv").write_text("nothing")
    with pytest.raises(TprogError, match="published code"):
        list(foreign_rows(tmp_path / "runs", "fork"))
