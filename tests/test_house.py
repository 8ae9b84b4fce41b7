"""The rules of the house: who may import what, and that nothing imports in a circle."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"tprog": "tprog", "analysis": "tprog.analysis", "cli": "tprog.cli"}
SOURCES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if path.name != "__init__.py" and "__pycache__" not in path.parts
)

# Who may import a heavy library: everyone else must do without.
OWNERS = {
    "astroid": ("analysis/explain/source", "tprog/reader"),
    "torch": ("tprog/learn", "tprog/published/checkpoint"),
    "libcst": ("tprog/codegen", "tprog/reader", "tprog/published"),
    "black": ("tprog/codegen",),
    "coverage": ("analysis/explain/trace",),
    "jinja2": ("analysis/show/report",),
    "markupsafe": ("analysis/show/report",),
    "rich": ("tprog/terminal", "cli/progress", "cli/training"),
    "pygraphviz": ("analysis/show/graph",),
    "typer": ("cli",),
    "z3": ("analysis/verify/prove",),
    "safetensors": ("tprog/learn", "tprog/published/checkpoint"),
}


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def inside(path: Path, rooms: tuple[str, ...]) -> bool:
    """Tell whether a file lies in one of the rooms."""
    return any(str(path.relative_to(ROOT)).startswith(room) for room in rooms)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    """The command line uses analysis, analysis uses the core, and never back; the IR uses nothing heavy."""
    room = path.relative_to(ROOT).parts[0]
    # The package's front door and __main__ name what lies further out, lazily.
    front = path == ROOT / "tprog" / "__main__.py"
    for module in imports(path):
        if not front and room in ("tprog", "analysis"):
            assert not module.startswith("tprog.cli"), module
        if not front and room == "tprog":
            assert not module.startswith("tprog.analysis"), module
        assert module.split(".")[0] not in ("analysis", "cli"), f"write tprog.{module}"
        owners = OWNERS.get(module.split(".")[0])
        assert owners is None or inside(path, owners), f"{module} belongs to {owners}"
        if inside(path, ("tprog/ir",)):
            assert module.split(".")[0] not in ("numpy", "scipy", "numba", "rich")


def test_what_is_printed_leaves_in_one_place() -> None:
    """Only the console prints, so that what a user gives cannot reach a terminal past it."""
    printers = {ROOT / "cli/console.py"}
    for path in SOURCES:
        calls = (
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
        )
        names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
        assert "print" not in names or path in printers, path


def test_the_project_speaks_of_itself_alone() -> None:
    """No text names a folder of one machine."""
    texts = [*SOURCES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile"]
    for path in texts:
        found = re.search(r"(?<![\w.<])/(work|root|home|tmp)/", path.read_text())
        assert found is None, f"{path}: {found}"
