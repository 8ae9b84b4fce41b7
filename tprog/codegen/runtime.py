"""The runtime functions as trees, parsed from the template. Executes nothing."""

from functools import cache

import libcst as cst

from tprog.codegen.lines import template_text


@cache
def runtime_functions() -> dict[str, cst.FunctionDef]:
    """Return every runtime function by name, in the template's order."""
    return {
        statement.name.value: statement
        for statement in cst.parse_module(template_text()).body
        if isinstance(statement, cst.FunctionDef)
    }
