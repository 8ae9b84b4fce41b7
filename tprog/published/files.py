"""Opening the files of others. Owns limits and where companions lie; refuses anything but regular files of bounded size."""

import os
import stat
from pathlib import Path, PurePosixPath

from tprog.errors import FileProblem, UnreadableSource


def read_bounded(path: Path, most: int) -> str:
    """Read UTF-8 text of a regular file.

    Args:
        path: the file.
        most: the greatest size in bytes.

    Raises:
        FileProblem: it is missing or cannot be read.
        UnreadableSource: it is no regular file, too large, or no UTF-8 text.
    """
    return decoded(path, read_bytes_bounded(path, most))


def read_bytes_bounded(path: Path, most: int) -> bytes:
    """Read a regular file; see `read_bounded`."""
    try:
        # Opening a pipe would wait for its other end, so the kind is asked for first and once more after opening.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableSource(f"{path}:1: this is no regular file; give a file")
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise UnreadableSource(f"{path}:1: this is no regular file; give a file")
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"cannot read {path}: {reason}") from error
    if len(content) > most:
        raise UnreadableSource(
            f"{path}:1: the file has more than {most} bytes; published files are far smaller"
        )
    return content


def decoded(path: Path, content: bytes) -> str:
    """Return UTF-8 bytes as text.

    Raises:
        UnreadableSource: they are no UTF-8 text.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(
            f"{path}:{line}: this is no UTF-8 text; restore the file from its source"
        ) from error


def companion(program: Path, written: str) -> Path | None:
    """Return the file that a published program names, or None.

    Published programs name their files from the folder in which they were made. A file of that name beside the program
    is taken first; then the named path is tried from every folder above.

    Args:
        program: the program file.
        written: the path as the program writes it.
    """
    named = PurePosixPath(written.replace("\\", "/"))
    if not named.name or named.name == ".." or "\0" in written:
        return None
    candidates = [program.parent / named.name]
    if not named.is_absolute() and ".." not in named.parts:
        candidates += [folder / named for folder in program.absolute().parent.parents]
    for candidate in candidates:
        try:
            if candidate.is_file():
                return candidate
        except (OSError, ValueError):
            continue
    return None
