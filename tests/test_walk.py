"""Every command that README and docs show can be typed in the order in which it stands, and prints what they show."""

import os
from pathlib import Path

import pytest
from walk import ROOT, Step, difference, is_plain, output, output_here, prepared, steps

PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if "```console" in page.read_text(encoding="utf-8")
]
REFERENCE = os.environ.get("TPROG_REFERENCE", "")


def walk(page: Path, folder: Path, quick: pytest.MonkeyPatch | None = None) -> None:
    """Type the commands of a page into one folder, and compare; quickly, without trainings and in this process."""
    place = prepared(folder)
    for step in steps(page):
        if (step.long and quick) or (step.foreign and not REFERENCE):
            continue
        if quick and is_plain(step):
            found = output_here(step, place, quick)
        else:
            found = output(step, place, REFERENCE)
        wrong = difference(step, found)
        assert wrong is None, (
            f"{step.page}:{step.line}: {wrong!r} is not, or is alone, in the output of\n"
            f"$ {step.command}\n" + "\n".join(found)
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_print_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs no training is typed into one folder, page by page."""
    walk(page, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_whole_page_can_be_typed(page: Path, tmp_path: Path) -> None:
    """In processes, the trainings too, and with TPROG_REFERENCE, a folder with the published code, also what needs that."""
    walk(page, tmp_path)


def shown(*lines: str, varies: bool = False) -> Step:
    """Return a command of which a page shows some lines."""
    return Step("page.md", 1, "tprog", (), lines, varies)


def test_lines_must_follow_each_other_unless_some_are_left_out() -> None:
    """A line that is missing, that comes too late or that is not shown is told; what is left out may be anything."""
    found = ["one", "two 2", "three"]
    assert difference(shown("one", "two 2", "three"), found) is None
    assert difference(shown("one", "…"), found) is None
    assert difference(shown("…", "three"), found) is None
    assert difference(shown("one", "tw…", "…"), found) is None
    assert difference(shown("one", "three"), found) == "three"
    assert difference(shown("one", "two 2"), found) == "three"
    assert difference(shown("one", "two 3", "three"), found) == "two 3"
    assert difference(shown("one", "two 3", "three", varies=True), found) is None


def test_commands_are_found_where_they_stand(tmp_path: Path) -> None:
    """Blocks may be indented, hold several commands, and lines that are typed into a debugger."""
    page = tmp_path / "page.md"
    page.write_text("text\n\n  ```console\n  $ a b\n  out\n  (Pdb) args\n  $ c\n  ```\n")
    first, second = steps(page)
    assert (first.line, first.command, first.typed, first.shown) == (4, "a b", ("args",), ("out",))
    assert (second.line, second.command, second.shown) == (7, "c", ())
