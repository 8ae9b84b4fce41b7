"""Paths as a published file writes them, as text; nothing here looks at a disk."""

import posixpath
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

FUNCTIONS: dict[str, Callable[..., str]] = {
    "abspath": posixpath.normpath,
    "basename": posixpath.basename,
    "dirname": posixpath.dirname,
    "join": posixpath.join,
    "normpath": posixpath.normpath,
    "realpath": posixpath.normpath,
}
# Attributes of a path that are text or another path.
ATTRIBUTES = frozenset(("name", "parent", "stem", "suffix"))


def called(path: PurePosixPath, method: str, arguments: Sequence[str]) -> PurePosixPath | None:
    """Return what a method of a path gives; None where it is none that is known here."""
    try:
        match method, arguments:
            case "absolute" | "resolve", []:
                return path
            case "joinpath", _:
                return path.joinpath(*arguments)
            case "with_name", [part]:
                return path.with_name(part)
            case "with_suffix", [part]:
                return path.with_suffix(part)
    except ValueError:
        return None
    return None


def added(left: object, right: object) -> str | None:
    """Return `left + right` of two texts, else None."""
    return left + right if isinstance(left, str) and isinstance(right, str) else None


def divided(left: object, right: object) -> PurePosixPath | None:
    """Return `left / right` where one of them is a path and the other a path or a text, else None."""
    match left, right:
        case PurePosixPath(), PurePosixPath() | str():
            return left / right
        case str(), PurePosixPath():
            return PurePosixPath(left) / right
        case _:
            return None
