"""Sphinx settings: the pages of this folder, the command line as typer tells it, the Python API from its docstrings.

`make docs` builds into `build/docs`, and a warning is an error. What is generated goes to `docs/reference/`, which git ignores.
"""

import shutil
from pathlib import Path

import typer.main
from typer.cli import get_docs_for_click

import tprog
from tprog.cli.main import command_line

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"

project = "tprog"
author = "The tprog authors"
copyright = author  # noqa: A001  (Sphinx's name)
version = release = tprog.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"tprog {release}"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}


def _write_command_line() -> str:
    """Return the help of every command as Markdown."""
    command = typer.main.get_command(command_line())
    with typer.Context(command) as context:
        text = get_docs_for_click(obj=command, ctx=context, name="tprog")
    return text.replace("# `tprog`", "# Command line", 1)


def _write_api() -> str:
    """Return a page that names everything that `import tprog` gives; autodoc fills in the rest."""
    parts = ["# Python API reference", "", tprog.__doc__ or "", ""]
    for name in sorted(tprog.__all__):
        thing = getattr(tprog, name)
        directive = "autoclass" if isinstance(thing, type) else "autofunction"
        home = f"{thing.__module__}.{thing.__qualname__}"
        parts += [f"## {name}", "", "```{eval-rst}", f".. {directive}:: {home}", "```", ""]
    return "\n".join(parts)


shutil.rmtree(REFERENCE, ignore_errors=True)
REFERENCE.mkdir()
(REFERENCE / "commands.md").write_text(_write_command_line())
(REFERENCE / "api.md").write_text(_write_api())
