"""A text as astroid sees it: a tree that knows which name is bound where. No other file is opened, and nothing is run.

Left to itself, astroid would look for other modules: for the names of `import *`, for attributes that are assigned to, and to
infer values.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from astroid import nodes
from astroid.builder import AstroidBuilder
from astroid.exceptions import AstroidBuildingError
from astroid.manager import AstroidManager

# astroid takes a few calls for every `elif` of a chain, each on top of the other.
CALLS = 20_000


def module_of(text: str) -> nodes.Module:
    """Return the tree of a text that Python can parse."""
    with deep_calls(), warnings.catch_warnings():
        # Whoever parses the text says what is wrong with it.
        warnings.simplefilter("ignore")
        module: nodes.Module = _Builder(_Manager(), apply_transforms=False).string_build(text)
    module.import_module = _no_import
    return module


@contextmanager
def deep_calls() -> Iterator[None]:
    """Let functions call each other deeply: a chain of `elif` nests as deep as it is long."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Builder(AstroidBuilder):  # type: ignore[misc]  # astroid has no types
    """Builds a tree without looking beyond it."""

    def delayed_assattr(self, node: nodes.AssignAttr) -> None:
        """Leave assignments to attributes alone; following them would resolve imports."""

    def add_from_names_to_locals(self, node: nodes.ImportFrom, global_name: set[str]) -> None:
        """Bind imported names; what `*` stands for is not known without opening the module."""
        if all(name != "*" for name, _ in node.names):
            super().add_from_names_to_locals(node, global_name)


class _Manager(AstroidManager):  # type: ignore[misc]
    """Keeps no module: the next text is another one."""

    def cache_module(self, module: nodes.Module) -> None:
        """Forget it."""


def _no_import(modname: str, *_: object, **__: object) -> NoReturn:
    raise AstroidBuildingError("{modname} is not opened here", modname=modname)
