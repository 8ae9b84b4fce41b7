"""Values as JSON, by msgspec from their types: what commands print with `--json`, and what manifests keep.

A value whose JSON is its own fields derives from `Formatted`. Where JSON says something else, a type lists what it says, and
`json_values(value, Type)` takes each field from the value's attribute or property of that name. So a new field is one line in one type,
and `docs/json.md` and its schema follow.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

FORMAT = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """What every JSON output has.

    Attributes:
        format: the version of the output's form, counted from 1; it grows where an entry changes its meaning or goes.
    """

    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Return the value as JSON values, the format first."""
        return dict(json_values(self))


def json_values(value: object, form: type | None = None) -> Any:
    """Return a value as JSON values: of a dataclass its fields, in order; of a path its text.

    Args:
        value: dataclasses, paths and JSON values, in each other.
        form: the type of what is wanted, where it is not the value's own: a dataclass or a Struct of msgspec.
    """
    import msgspec

    if form is not None:
        value = msgspec.convert(value, form, from_attributes=True)
    return msgspec.to_builtins(value, enc_hook=str)


def from_json_values(found: object, kind: type[T]) -> T | None:
    """Return the value that JSON values describe, or None where they are none of its type."""
    import msgspec

    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError:
        return None
