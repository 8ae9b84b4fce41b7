"""The documentation: its examples run, and every error that a user can meet is explained."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if path.exists()
]


def examples(page: Path) -> str:
    """Return the Python examples of a page as one program."""
    return "\n".join(re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL))


# What notebook.md prints is compared too, by test_notebook_page.py.
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "notebook.md"], ids=lambda page: page.name
)
def test_the_examples_of_a_page_run(page: Path) -> None:
    """The examples of a page run one after the other, as a reader would type them."""
    scope: dict[str, Any] = {"__name__": "example"}
    exec(compile(examples(page), str(page), "exec"), scope)


def slugs() -> set[str]:
    """Return every slug that an error of ours can carry."""
    found: set[str] = set()
    for room in ("tprog", "analysis", "cli", "artifacts/experiments"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.keyword(arg="slug", value=ast.Constant(value=str(slug))):
                        found.add(slug)
                    case (
                        ast.Assign(targets=[ast.Name("slug")], value=ast.Constant(value=str(slug)))
                        | ast.AnnAssign(
                            target=ast.Name("slug"), value=ast.Constant(value=str(slug))
                        )
                    ):
                        found.add(slug)
    return found - {"error"}


def test_every_message_is_explained() -> None:
    """docs/messages.md has a heading for each slug, and no others."""
    headings = re.findall(
        r"^## `([\w-]+)`$", (ROOT / "docs" / "messages.md").read_text(), re.MULTILINE
    )
    assert sorted(headings) == sorted(slugs())
