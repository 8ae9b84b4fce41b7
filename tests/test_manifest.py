"""Tests of manifests."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import FileProblem, UnreadableSource
from tprog.manifest import Manifest, read_manifest, source_hash, write_manifest

SOURCE = "print('a program')\n"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
objects = st.dictionaries(st.text(max_size=5), json_values, max_size=3)


def test_a_manifest_speaks_of_one_source_alone() -> None:
    """Any edit ends the match; line ends of another system do not."""
    manifest = Manifest(source_hash(SOURCE))
    assert manifest.matches(SOURCE)
    assert manifest.matches(SOURCE.replace("\n", "\r\n"))
    assert not manifest.matches(SOURCE + "# edited\n")


@given(
    st.text(max_size=8) | st.none(),
    st.integers(0, 5) | st.none(),
    objects,
    objects,
    st.dictionaries(st.text("xyz", min_size=1, max_size=3), json_values, max_size=3),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    task: str | None,
    seed: int | None,
    config: dict[str, object],
    metrics: dict[str, object],
    other: dict[str, object],
) -> None:
    """Every field and every unknown key comes back."""
    path = tmp_path_factory.getbasetemp() / "written" / "manifest.json"
    manifest = Manifest(source_hash(SOURCE), task, seed, None, config, metrics, other)
    write_manifest(path, manifest)
    assert read_manifest(path) == manifest


def test_unknown_keys_survive_a_change(tmp_path: Path) -> None:
    """A later version's keys are kept when metrics are added."""
    path = tmp_path / "manifest.json"
    path.write_text(
        json.dumps({"format": 1, "program_sha256": "0" * 64, "colour": "blue", "metrics": {"a": 1}})
    )
    manifest = read_manifest(path)
    write_manifest(path, manifest.with_metrics(b=2))
    found = json.loads(path.read_text())
    assert found["colour"] == "blue"
    assert found["metrics"] == {"a": 1, "b": 2}
    assert manifest.metrics == {"a": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is no manifest"),
        ("[1]", "holds no program_sha256"),
        ('{"format": 1}', "holds no program_sha256"),
        ('{"format": 9, "program_sha256": "0"}', "has format 9, not 1"),
        ('{"format": 1, "program_sha256": "0", "seed": "x"}', "seed of the wrong kind"),
        ("[" * 100_000, "is no manifest"),
    ],
)
def test_what_is_no_manifest_is_one_clear_line(tmp_path: Path, text: str, reason: str) -> None:
    """Damaged files are refused with their path and the reason."""
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(UnreadableSource, match=reason) as caught:
        read_manifest(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_manifest_is_a_file_problem(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(FileProblem, match=r"manifest\.json"):
        read_manifest(tmp_path / "manifest.json")
