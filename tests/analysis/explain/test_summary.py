"""Tests of the analysis page's data."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given, settings
from strategies import programs
from terminal import small_hist

from tprog.analysis.explain import summary as summary_module
from tprog.analysis.explain.summary import Strength, summarize
from tprog.analysis.measure.figures import measure, record_figures, with_figures
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.ir import CategoricalHead, Classifier, Program, Provenance
from tprog.manifest import Manifest, read_manifest, source_hash, write_manifest
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")
TASK = get_task("reverse:vocabulary=6,length=6")
SOURCE = "the text of a program file\n"


def manifest_for(program: Program, seed: int = 5) -> Manifest:
    """Return a manifest that holds a Program's figures."""
    manifest = Manifest(source_hash(SOURCE), TASK.spec, seed)
    return with_figures(manifest, measure(program, TASK, seed))


def test_the_page_holds_a_row_for_every_part() -> None:
    """Name, reads, what it does, rows used of all rows."""
    page = summarize(reverse_program(DIGITS))
    found = [(part.name, part.layer, part.reads, part.does) for part in page.parts]
    assert found == [
        ("end", 0, "q tokens, k tokens, v positions", "key == </s>"),
        ("mirror", 0, "positions, end", "36 entries → 6 values"),
        ("mirrored_token", 1, "q mirror, k positions, v tokens", "key == query"),
    ]
    assert [(part.reached, part.rows) for part in page.parts] == [(5, 5), (18, 36), (6, 6)]
    assert page.task == TASK.spec
    assert page.figures.whole is not None
    assert page.figures.whole.labels.share == 1


def test_dead_constant_and_repeated_parts_are_pointed_out() -> None:
    """A copy of a head, a head that nothing reads and one that always writes the same are told."""
    program = reverse_program(DIGITS)
    end, mirror, token = program.operations
    assert isinstance(token, CategoricalHead)
    copy = replace(end, name="copy", notes=("a note",))
    lone = replace(token, value=0, query=0, key=1, name="lone", layer=1)
    single = replace(program.domain, min_length=4)
    page = summarize(replace(program, domain=single, operations=(end, mirror, token, copy, lone)))
    parts = {part.name: part for part in page.parts}
    assert parts["copy"].same_as == "end"
    assert not parts["copy"].live
    assert parts["copy"].notes == ("a note",)
    assert parts["end"].constant == "5"
    assert parts["mirror"].constant is None
    assert not parts["lone"].live
    assert parts["end"].same_as is None


def test_the_strongest_votes_of_each_label_are_named() -> None:
    """A value's lead is its votes less the mean of the others; values that never occur are left out."""
    page = summarize(hist_program(DIGITS))
    votes = {found.label: found.strongest for found in page.votes}
    assert votes["2"] == (Strength("own_count", "2", 10),)
    # No symbol ever occurs zero times.
    assert votes["0"] == ()


def test_masked_labels_have_no_votes() -> None:
    """What cannot be predicted is not told of."""
    program = reverse_program(DIGITS)
    masked = replace(program, classifier=replace(program.classifier, masked=(0, 4)))
    assert [found.label for found in summarize(masked).votes] == list(DIGITS)


def test_figures_come_from_a_manifest_of_the_same_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the hash holds, nothing is run; the seed is the manifest's."""
    program = reverse_program(DIGITS)
    manifest = manifest_for(program)
    measured = summarize(program, seed=5)
    monkeypatch.setattr(summary_module, "measure", None)
    page = summarize(program, source=SOURCE, manifest=manifest)
    assert page.source == "manifest"
    assert page.figures == measured.figures
    assert page.figures.seed == 5


def test_a_manifest_of_another_source_is_not_believed() -> None:
    """After an edit the figures are measured again, and a note says so."""
    program = reverse_program(DIGITS)
    wrong = with_figures(
        Manifest(source_hash("another text"), TASK.spec, 5), measure(hist_program(), None)
    )
    page = summarize(program, source=SOURCE, manifest=wrong)
    assert page.source == "measured"
    assert page.figures.seed == 0
    assert "another version of the file" in page.notes[0]


def test_recorded_figures_are_found_again_and_other_keys_stay(tmp_path: Path) -> None:
    """A manifest of the same source keeps what it holds; one of another source is begun again."""
    program, path = reverse_program(DIGITS), tmp_path / "manifest.json"
    recorded = record_figures(path, program, SOURCE, TASK, seed=2)
    assert recorded == read_manifest(path)
    page = summarize(program, source=SOURCE, manifest=recorded)
    assert (page.source, page.figures.seed) == ("manifest", 2)
    write_manifest(path, replace(recorded, config={"epochs": 3}, other={"command": ["tprog"]}))
    again = record_figures(path, program, SOURCE, TASK)
    assert (again.config, again.other) == ({"epochs": 3}, {"command": ["tprog"]})
    edited = record_figures(path, program, SOURCE + "# edited", TASK)
    assert (edited.config, edited.matches(SOURCE)) == ({}, False)


def test_recompute_another_seed_or_another_task_measure_again() -> None:
    """A manifest's figures are only those of its own seed and task."""
    program = reverse_program(DIGITS)
    manifest = manifest_for(program)
    again = summarize(program, source=SOURCE, manifest=manifest, recompute=True)
    assert (again.source, again.figures.seed) == ("measured", 5)
    other = summarize(program, source=SOURCE, manifest=manifest, seed=6)
    assert (other.source, other.figures.seed) == ("measured", 6)
    task = get_task("sort:vocabulary=6,length=6")
    sort = summarize(program, source=SOURCE, manifest=manifest, task=task)
    assert (sort.source, sort.task) == ("measured", task.spec)
    assert sort.figures.whole is not None
    assert sort.figures.whole.labels.share < 1


def test_damaged_figures_in_a_manifest_are_measured_again() -> None:
    """What is no figures, or of another Program, is not shown."""
    program = reverse_program(DIGITS)
    for figures in ({"format": 1}, "x", measure(hist_program(), None).to_json()):
        manifest = Manifest(source_hash(SOURCE), TASK.spec, 0).with_metrics(analysis=figures)
        assert summarize(program, source=SOURCE, manifest=manifest).source == "measured"


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (None, "names no task"),
        ("sorting", "there is no task 'sorting'"),
        ("sort", "does not fit task sort"),
        ("data:x.jsonl", "give the file with --data"),
    ],
)
def test_without_a_task_that_fits_there_is_a_page_and_a_note(task: str | None, reason: str) -> None:
    """The page does without accuracy and says why."""
    program = replace(reverse_program(DIGITS), provenance=Provenance("mine", task))
    page = summarize(program)
    assert page.figures.whole is None
    assert reason in page.notes[0]
    assert len(page.parts) == 3


def test_a_given_task_that_does_not_fit_is_an_error() -> None:
    """Someone who names a task wants to hear that it is the wrong one."""
    with pytest.raises(UsageError, match="does not fit task sort"):
        summarize(reverse_program(DIGITS), task=get_task("sort"))


def test_the_page_is_json() -> None:
    """The JSON form has a version and survives JSON."""
    found = json.loads(json.dumps(summarize(large_program(2, 4, 2)).to_json()))
    assert found["format"] == 1
    assert len(found["parts"]) == 12
    assert found["figures"]["reach_exact"]


@given(programs(None))
@settings(max_examples=scaled(25))
def test_every_program_has_a_page(program: Program) -> None:
    """Whatever the Program, the page can be made and is JSON."""
    page = summarize(replace(program, provenance=Provenance()))
    assert len(page.parts) == len(program.operations)
    assert json.loads(json.dumps(page.to_json()))["task"] is None
    for part in page.parts:
        assert part.rows is None or 0 <= part.reached <= part.rows


def test_circuits_of_a_small_program_are_told() -> None:
    """The circuits' shares add up to one, and a program without parts has none."""
    program = small_hist()
    found = summarize(program, source=emit(program)).circuits
    assert sum(circuit.share.value for circuit in found) == pytest.approx(1.0)
    names = set(program.names)
    assert all(set(circuit.parts) <= names for circuit in found)
    bare = Program(program.domain, program.inputs, (), Classifier(("x",), ()))
    assert summarize(bare, limit=50).circuits == ()
