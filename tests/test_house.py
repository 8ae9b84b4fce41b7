"""The rules of the house: who may import what, and that nothing imports in a circle."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = {"tprog": "tprog", "analysis": "tprog.analysis", "cli": "tprog.cli"}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
SOURCES = [path for path in FILES if path.name != "__init__.py"]

# Lines of a file, and of a function.
MOST_LINES, MOST_OF_FUNCTION = 500, 60

# What anyone may import, since it imports nothing but another of these.
LEAVES = frozenset({"tprog", "tprog.errors", "tprog.hooks", "tprog.visible"})

# Who may import a heavy library: everyone else must do without.
OWNERS = {
    "astroid": ("analysis/explain/unreadable", "tprog/published"),
    "torch": ("tprog/learn", "tprog/published", "tprog/transformer"),
    "transformer_lens": ("tprog/transformer",),
    "libcst": ("tprog/codegen", "tprog/reader"),
    "black": ("tprog/codegen",),
    "coverage": ("analysis/explain/trace",),
    "jinja2": ("analysis/show/report",),
    "lark": ("tprog/rasp",),
    "matplotlib": ("analysis/sweeps/plots",),
    "markupsafe": ("analysis/show/report",),
    "rich": ("tprog/terminal", "cli/progress"),
    "pygraphviz": ("analysis/show/graph",),
    "typer": ("cli",),
    "z3": ("analysis/prove",),
    "sqlite3": ("analysis/sweeps/store",),
    "safetensors": ("tprog/learn", "tprog/published", "tprog/transformer"),
}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file's tree."""
    return tuple(ast.walk(ast.parse(path.read_text())))


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever the import stands."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


@cache
def import_graph() -> Mapping[str, set[str]]:
    """Return which of our modules each of them imports, wherever the import stands, but for types alone."""
    modules = {module_name(path): path for path in FILES}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        found: set[str] = set()
        for node in set(nodes(path)) - for_types(path):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= inner & modules.keys() or {str(node.module)}
        graph[name] = found & modules.keys() - {name}
    return graph


def for_types(path: Path) -> set[ast.AST]:
    """Return the nodes of a file below `if TYPE_CHECKING:`."""
    return {
        inner
        for node in nodes(path)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


def module_name(path: Path) -> str:
    """Return the name under which a file of ours is imported."""
    room, *inner = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(name for name in (ROOMS[room], *inner) if name != "__init__")


def reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return every module that importing `start` can load."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for module in graph[waiting.pop()] - found:
            found.add(module)
            waiting.append(module)
    return found


def inside(path: Path, rooms: tuple[str, ...]) -> bool:
    """Tell whether a file lies in one of the rooms."""
    return any(str(path.relative_to(ROOT)).startswith(room) for room in rooms)


def test_imports_go_one_way() -> None:
    """The command line uses analysis, analysis uses the core, and never back; heavy libraries have their rooms."""
    for path in SOURCES:
        room = path.relative_to(ROOT).parts[0]
        for module in imports(path):
            place = f"{path} imports {module}"
            # `python -m tprog` is the command line.
            if room != "cli" and path.name != "__main__.py":
                assert not module.startswith("tprog.cli"), place
            if room == "tprog":
                assert path.name == "__main__.py" or not module.startswith("tprog.analysis"), place
            assert module.split(".")[0] not in ROOMS.keys() - {"tprog"}, f"{place}: write tprog."
            owners = OWNERS.get(module.split(".")[0])
            assert owners is None or inside(path, owners), f"{place}, which belongs to {owners}"
            if inside(path, ("tprog/ir",)):
                assert module.split(".")[0] not in ("numpy", "scipy", "numba", "rich"), place


def test_nothing_imports_in_a_circle() -> None:
    """No module can be reached from itself, imports inside functions included."""
    graph = import_graph()
    assert {module for module in graph if module in reached(graph, module)} == set()


def test_the_ir_stands_on_leaves() -> None:
    """The intermediate representation imports itself and leaves, and leaves import leaves."""
    graph = import_graph()
    for module, targets in graph.items():
        if module.split(".")[:2] == ["tprog", "ir"]:
            assert {one for one in targets if not one.startswith("tprog.ir")} <= LEAVES, module
        elif module in LEAVES - {"tprog"}:
            assert targets <= LEAVES, module


def test_what_is_printed_leaves_in_one_place() -> None:
    """Only the console prints, so that what a user gives cannot reach a terminal past it."""
    printers = {ROOT / "cli/console.py"}
    for path in SOURCES:
        calls = (node for node in nodes(path) if isinstance(node, ast.Call))
        names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
        assert "print" not in names or path in printers, path


def test_files_and_functions_are_short() -> None:
    """No file has more than 500 lines and no function more than 60, its decorators left out."""
    for path in [*FILES, *(ROOT / "tests").rglob("*.py")]:
        assert len(path.read_text().splitlines()) <= MOST_LINES, path
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < MOST_OF_FUNCTION, (
                    f"{path}: {node.name}"
                )


def test_the_project_speaks_of_itself_alone() -> None:
    """No text names a folder of one machine."""
    texts = [*SOURCES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile"]
    for path in texts:
        found = re.search(r"(?<![\w.<])/(work|root|home|tmp)/", path.read_text())
        assert found is None, f"{path}: {found}"
