"""The sizes of a published task and how they are written: `vocabulary=16,length=16`."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import final

from tprog.errors import UsageError

GREATEST = 1000


@final
@dataclass(frozen=True, slots=True)
class TaskSizes:
    """The two published parameters; both count the special symbols.

    Attributes:
        vocabulary: number of symbols, `<pad>`, `<s>` and (reverse, sort) `</s>` among them.
        length: number of positions, `<s>` and `</s>` among them; `induction` does not count `<s>`.
    """

    vocabulary: int
    length: int


def parse_sizes(name: str, text: str, default: TaskSizes) -> TaskSizes:
    """Read `vocabulary=16,length=16`; a parameter that is not named keeps its default.

    Raises:
        UsageError: a parameter does not exist, comes twice, or is no number between 1 and 1000.
    """
    given: dict[str, int] = {}
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise UsageError(f"task {name}: {part.strip()!r} is not of the form length=16")
        if key not in PARAMETERS:
            raise UsageError(
                f"task {name} has no parameter {key!r}{did_you_mean(key, PARAMETERS)}; "
                f"its parameters are {' and '.join(PARAMETERS)}"
            )
        if key in given:
            raise UsageError(f"task {name}: {key} is given twice")
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"task {name}: {key} is a whole number, not {value[:20]!r}")
        if len(value) > 6:
            raise UsageError(f"task {name}: {key} must be at most {GREATEST}")
        given[key] = int(value)
        check_size(name, key, given[key], 1, GREATEST)
    return TaskSizes(
        given.get("vocabulary", default.vocabulary), given.get("length", default.length)
    )


def write_spec(name: str, sizes: TaskSizes, default: TaskSizes) -> str:
    """Return the specification that names these sizes, without those that are the default."""
    parts = [
        f"{key}={getattr(sizes, key)}"
        for key in PARAMETERS
        if getattr(sizes, key) != getattr(default, key)
    ]
    return f"{name}:{','.join(parts)}" if parts else name


def sized(spec: str | None, vocabulary: int | None, length: int | None) -> str | None:
    """Return the specification of a published task with sizes that were given apart from it.

    Raises:
        UsageError: there is no published task to size.
    """
    sizes = {"vocabulary": vocabulary, "length": length}
    given = ",".join(f"{size}={value}" for size, value in sizes.items() if value is not None)
    if not given:
        return spec
    if spec is None:
        raise UsageError("--vocab and --length are for published tasks; name one, such as sort")
    return f"{spec}{',' if ':' in spec else ':'}{given}"


def check_size(name: str, key: str, value: int, least: int, most: int = GREATEST) -> None:
    """Refuse a size outside `least..most` with a UsageError."""
    if value < least:
        raise UsageError(f"task {name}: {key} is {value}, but must be at least {least}")
    if value > most:
        raise UsageError(f"task {name}: {key} is {value}, but must be at most {most}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean sort?)` with the nearest of the known words, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


PARAMETERS = tuple(field.name for field in fields(TaskSizes))
