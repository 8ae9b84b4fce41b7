"""Writing files whole or not at all. Owns the temporary name and the rename; refuses to know what is written."""

import os
import tempfile
from pathlib import Path

from tprog.errors import FileProblem


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

    The folder is made where it is missing. The content goes to a temporary name in the same folder, is flushed to the
    disk and renamed.

    Raises:
        FileProblem: the path is a folder, its folder cannot be made, or the disk refuses the bytes; nothing is left
            behind.
    """
    _check_writable(path)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise FileProblem(
                f"cannot write {path}: {error.strerror or error}; "
                "choose a folder that can be written and has space"
            ) from error
        raise


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text to `path`, whole or not at all; see `write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def read_text(path: Path) -> str:
    """Read UTF-8 text.

    Raises:
        FileProblem: the file is missing, is a folder, cannot be read or is not UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileProblem(f"cannot read {path}: not UTF-8 text") from error
    except OSError as error:
        raise FileProblem(f"cannot read {path}: {error.strerror or error}") from error
