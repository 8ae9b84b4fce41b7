"""Files are written whole or not at all, and read only where they are ordinary and of bounded size."""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tprog.errors import FileProblem

# Larger files are refused before they are read, unless a reader says otherwise.
LARGEST_FILE = 256_000_000  # bytes


def check_target(path: Path) -> None:
    """Refuse a path that a user named and that cannot be written, before long work that would end there.

    Raises:
        FileProblem: the path is a folder, or its folder is missing, is none or cannot be written.
    """
    _check_writable(path)
    if not path.absolute().parent.exists():
        # A folder that is not there is more often a slip than a wish.
        raise FileProblem(f"cannot write {path}: there is no folder {path.parent}; make it first")


def _check_writable(path: Path) -> None:
    """Refuse a path that is a folder, or above which the nearest folder that exists is none or read-only."""
    if path.is_dir():
        raise FileProblem(f"cannot write {path}: it is a folder; name a file in it")
    above = next(folder for folder in path.absolute().parents if folder.exists())
    if not above.is_dir():
        raise FileProblem(
            f"cannot write {path}: {above} is no folder; choose a folder that can be written"
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise FileProblem(
            f"cannot write {path}: {above} is read-only; choose a folder that can be written"
        )


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    Raises:
        FileProblem: see `write_all`.
    """
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files that belong together: where one of them finds no space, all old ones stay.

    Folders are made where they are missing. Everything goes to temporary names in the same folders and is flushed to the
    disk; then all are renamed, in order.

    Raises:
        FileProblem: a path is a folder, its folder cannot be made, or the disk refuses the bytes; nothing is left
            behind.
    """
    temporary: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            _check_writable(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
            temporary[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary[path].chmod(0o644)
        for path, written in temporary.items():
            written.replace(path)
    except BaseException as error:
        for written in temporary.values():
            written.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise FileProblem(
                f"cannot write {path}: {error.strerror or error}; "
                "choose a folder that can be written and has space"
            ) from error
        raise


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text to `path`, whole or not at all; see `write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def read_bytes(path: Path, most: int = LARGEST_FILE) -> bytes:
    """Read an ordinary file of at most `most` bytes.

    Raises:
        FileProblem: the file is missing, cannot be read, is larger, or is a folder, pipe or device.
    """
    try:
        # Opening a pipe waits for its other end, and a device never ends: ask what it is first, and once it is open.
        _check_ordinary(path, path.stat(), most)
        with path.open("rb") as stream:
            _check_ordinary(path, os.fstat(stream.fileno()), most)
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"cannot read {path}: {reason}") from error
    if len(content) > most:
        raise _too_large(path, most)
    return content


def read_text(path: Path, most: int = LARGEST_FILE) -> str:
    """Read UTF-8 text of an ordinary file; a byte order mark is dropped, and all line ends are line feeds.

    Raises:
        FileProblem: see `read_bytes`; or it is not UTF-8 text.
    """
    try:
        text = read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileProblem(f"cannot read {path}: not UTF-8 text; save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_ordinary(path: Path, status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileProblem(f"cannot read {path}: it is a folder; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise FileProblem(f"cannot read {path}: it is a pipe or device; copy it to a file first")
    if status.st_size > most:
        raise _too_large(path, most)


def _too_large(path: Path, most: int) -> FileProblem:
    return FileProblem(
        f"cannot read {path}: it has more than {most:,} bytes, the most for such a file"
    )
