"""The state of a search in a file. Owns its format, and refuses a file that is damaged or of another search.

History of the format: 1, the first.
"""

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

from tprog.errors import FileProblem, UnreadableSource
from tprog.files import write_bytes
from tprog.learn.search.arrays import Slots, Votes
from tprog.learn.search.climb import ClimbState, Found
from tprog.visible import one_line

FORMAT = 1

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class SearchState:
    """Everything that changes in a search between two rounds.

    Attributes:
        round: rounds done.
        alive: the starts that are still worked on.
        perfect: whether the last round found a Program without a mistake.
        climbs: the starts.
    """

    round: int
    alive: list[int]
    perfect: bool
    climbs: dict[int, ClimbState]


def write_state(path: Path, identity: str, state: SearchState) -> None:
    """Write a state, whole or not at all.

    Args:
        path: the file.
        identity: of the search; only a search of the same identity reads it.
        state: between two rounds.

    Raises:
        FileProblem: the disk refuses it.
    """
    arrays: Arrays = {}
    climbs = {}
    for number, climb in state.climbs.items():
        for name, found in (("now", climb.now), ("best", climb.best)):
            for part in (found.slots, found.votes):
                for field, array in part._asdict().items():
                    arrays[f"{number}.{name}.{type(part).__name__}.{field}"] = array
        climbs[str(number)] = {
            "round": climb.round,
            "loss": climb.loss,
            "now": (climb.now.validation, climb.now.train),
            "best": (climb.best.validation, climb.best.train),
        }
    about = {
        "format": FORMAT,
        "identity": identity,
        "sha256": _digest(arrays),
        "round": state.round,
        "alive": state.alive,
        "perfect": state.perfect,
        "climbs": climbs,
    }
    write_bytes(path, save(arrays, {"tprog": json.dumps(about)}))


def read_state(path: Path, identity: str) -> SearchState:
    """Read what `write_state` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or belongs to another search.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"cannot read {path}: {error.strerror or error}") from error
    try:
        arrays: Arrays = load(content)
        (size,) = struct.unpack("<Q", content[:8])
        about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["tprog"])
        if about["format"] != FORMAT:
            raise ValueError(f"it has format {about['format']!r}, this version reads {FORMAT}")
        if about["sha256"] != _digest(arrays):
            raise ValueError("its numbers are not those that were written")
        if about["identity"] != identity:
            raise ValueError("it belongs to another search")
        return SearchState(
            int(about["round"]),
            [int(number) for number in about["alive"]],
            bool(about["perfect"]),
            {
                int(number): _climb(arrays, number, found)
                for number, found in about["climbs"].items()
            },
        )
    except (
        *(KeyError, TypeError, ValueError, IndexError, AttributeError),
        *(RecursionError, SafetensorError, struct.error),
    ) as error:
        reason = one_line(error)
        raise UnreadableSource(
            f"{path} is no checkpoint of this search ({reason}); begin the run again with --fresh"
        ) from error


def _climb(arrays: Arrays, number: str, about: dict[str, Any]) -> ClimbState:
    now, best = (
        Found(
            Slots(*(arrays[f"{number}.{name}.Slots.{field}"] for field in Slots._fields)),
            Votes(*(arrays[f"{number}.{name}.Votes.{field}"] for field in Votes._fields)),
            float(about[name][0]),
            float(about[name][1]),
        )
        for name in ("now", "best")
    )
    return ClimbState(int(about["round"]), float(about["loss"]), now, best)


def _digest(arrays: Arrays) -> str:
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype} {array.shape}\n".encode())
        found.update(array.tobytes())
    return found.hexdigest()
