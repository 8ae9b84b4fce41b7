"""The runtime functions as trees, parsed from the template. Executes nothing."""

from functools import cache
from pathlib import Path

import libcst as cst


def template_text() -> str:
    """Return the text of the template."""
    return Path(__file__).with_name("template.py").read_text(encoding="utf-8")


@cache
def runtime_functions() -> dict[str, cst.FunctionDef]:
    """Return every runtime function by name, in the template's order."""
    return {
        statement.name.value: statement
        for statement in cst.parse_module(template_text()).body
        if isinstance(statement, cst.FunctionDef)
    }
