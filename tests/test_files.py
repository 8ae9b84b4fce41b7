"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest
from effort import scaled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tprog.errors import FileProblem
from tprog.files import check_target, read_bytes, read_text, write_bytes, write_text


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=scaled(30))
def test_text_comes_back(tmp_path: Path, text: str) -> None:
    """What was written is read back, but for line ends and a byte order mark."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    write_text(tmp_path / "text", plain)
    assert read_text(tmp_path / "text") == plain


def test_folders_are_made(tmp_path: Path) -> None:
    """Missing folders on the way are made, and nothing else is left there."""
    path = tmp_path / "a" / "b" / "file"
    write_bytes(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_files_are_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails midway, the old content stays and no temporary file is left."""
    path = tmp_path / "file"
    write_text(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match="No space left on device"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_an_interrupt_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt during writing passes through and leaves the folder as it was."""

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "file", "new")
    assert list(tmp_path.iterdir()) == []


def test_impossible_places_are_one_clear_error(tmp_path: Path) -> None:
    """Writing onto a folder, or below a file, says which path and what to do."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for path, advice in (
        (tmp_path / "file" / "below", "choose a folder that can be written"),
        (tmp_path / "folder", "it is a folder; name a file in it"),
    ):
        with pytest.raises(FileProblem, match=advice) as raised:
            write_text(path, "x")
        assert str(path) in str(raised.value)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"\xff\xfe", "not UTF-8 text")],
)
def test_unreadable_files_are_one_clear_error(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """A file that is missing or no text is an error that names it."""
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileProblem, match=message) as raised:
        read_text(path)
    assert str(path) in str(raised.value)


def test_folders_cannot_be_read(tmp_path: Path) -> None:
    """Reading a folder is an error that names it."""
    with pytest.raises(FileProblem, match="cannot read"):
        read_text(tmp_path)


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    """A pipe is refused without waiting, a device at once, and a huge file before its first byte."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(1_000_000_001)
    for path, message in (
        (tmp_path / "pipe", "pipe or device"),
        (Path("/dev/zero"), "pipe or device"),
        (tmp_path / "sparse", "more than"),
        (tmp_path / "nul\0", "null"),
    ):
        with pytest.raises(FileProblem, match=message) as raised:
            read_text(path)
        assert "\n" not in str(raised.value)
    (tmp_path / "small").write_bytes(b"12345")
    assert read_bytes(tmp_path / "small", 5) == b"12345"
    with pytest.raises(FileProblem, match="more than 4 bytes"):
        read_bytes(tmp_path / "small", 4)


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    """Text saved on Windows reads like any other."""
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(tmp_path / "file") == "a\nb\nc\n"


def test_a_target_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a file in a file and a folder that cannot be written are no places to write to."""
    (tmp_path / "file").write_text("here")
    check_target(tmp_path / "new")
    check_target(tmp_path / "file")
    with pytest.raises(FileProblem, match="it is a folder"):
        check_target(tmp_path)
    with pytest.raises(FileProblem, match="is no folder"):
        check_target(tmp_path / "file" / "inside")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileProblem, match="is read-only"):
        check_target(tmp_path / "other")


def test_a_folder_that_a_user_mistyped_is_not_made(tmp_path: Path) -> None:
    """A place that a user named must have its folder; a file name alone lies in the current one."""
    with pytest.raises(FileProblem, match="there is no folder"):
        check_target(tmp_path / "typo" / "page.html")
    assert not list(tmp_path.iterdir())
    check_target(tmp_path / "page.html")
    check_target(Path("page.html"))
