"""Embedding values as named members, read from the module that lists them without importing it.

A published program with factored embeddings writes their values as `Emb0.V03`. The module beside it lists for each member
the words that have it. Python makes members with equal lists one and the same, and so does this reader.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tprog.published.parsed import Source, docstring

# Fifty thousand words in four variables; the syntax tree takes two hundred times as much memory.
LARGEST_MODULE = 2_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enumeration; equal members have the same text."""

    enumeration: str
    name: str

    def __str__(self) -> str:
        """Return `Emb0.V03`, as Python prints it and weight files write it."""
        return f"{self.enumeration}.{self.name}"


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration: its members by name. An alias maps to the member that it stands for."""

    name: str
    members: Mapping[str, Member]


def read_enums(path: Path) -> dict[str, Enumeration]:
    """Return the enumerations that a module defines, by name.

    Raises:
        FileProblem: the module cannot be read.
        UnreadableSource: it holds anything but enumerations with literal values.
    """
    source = Source.open(path, LARGEST_MODULE)
    found: dict[str, Enumeration] = {}
    imported = False
    for statement in source.tree.body:
        match statement:
            case ast.ImportFrom(
                module="enum", level=0, names=[ast.alias(name="Enum", asname=None)]
            ):
                imported = True
            case ast.ClassDef(
                name=name, bases=[ast.Name(id="Enum")], keywords=[], decorator_list=[], body=body
            ) if imported and name != "Enum":
                found[name] = Enumeration(name, _members(source, name, body))
            case _ if docstring(statement) is not None:
                continue
            case _:
                raise source.error(
                    statement,
                    "of a module that a published program imports, `from enum import Enum` and enumerations are followed "
                    "alone; remove the rest, or the import",
                )
    return found


def _members(source: Source, enumeration: str, body: list[ast.stmt]) -> dict[str, Member]:
    members: dict[str, Member] = {}
    known: dict[str, Member] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                name not in members
                and not name.startswith("_")
                and name not in ("mro", "name", "value")
            ):
                try:
                    literal = ast.literal_eval(value)
                    # Numbers of several types are equal and print otherwise.
                    if isinstance(literal, bool | float | complex):
                        raise ValueError
                except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                    raise source.error(
                        statement, f"{name} must be a literal, such as a list of words"
                    ) from None
                # Equal lists print alike, and that is much faster than comparing all pairs of members.
                members[name] = known.setdefault(repr(literal), Member(enumeration, name))
            case ast.Pass():
                continue
            case _ if docstring(statement) is not None:
                continue
            case _:
                raise source.error(
                    statement,
                    "only members with a name of their own can stand here; remove the rest",
                )
    return members
