"""Imports on the terminal."""

import io
from pathlib import Path

from published.test_source import small
from published.written import write
from published_imports import run_folder, single

from tprog.analysis.importing import bring_in, bring_in_all, places, write_import
from tprog.analysis.show.page.import_page import import_page, parting_line, tree_page
from tprog.terminal import Console, RenderableType


def shown(page: RenderableType) -> str:
    """Return a page as plain text."""
    out = io.StringIO()
    Console(file=out, width=200).print(page)
    return out.getvalue()


def test_an_import_says_where_it_comes_from_and_what_is_next(tmp_path: Path) -> None:
    """The page names the file, the meaning, the written program and a command to go on with."""
    path = write(small(), tmp_path, "good")
    brought = write_import(bring_in(single(path)), tmp_path / "out")
    text = shown(import_page(brought))
    for part in (str(path), "means what its source computes", "wrote ", "next: tprog analyze"):
        assert part in text
    again = write_import(bring_in(single(path)), tmp_path / "out")
    assert "already there" in shown(import_page(again))
    assert brought.parting is not None
    assert "source and network" in shown(parting_line(brought.parting))


def test_a_tree_is_a_table(tmp_path: Path) -> None:
    """Each find has a row, and each reason a line."""
    tree = tmp_path / "tree"
    tree.mkdir()
    write(small(), tree, "good")
    write(small(), tree, "bad")
    (tree / "bad_weights.csv").unlink()
    run_folder(tree / "run")
    rows = list(bring_in_all(places(tree), tmp_path / "out"))
    text = shown(tree_page(rows, tmp_path / "out"))
    assert "not read" in text
    assert "bad.py:" in text
    assert "one meaning" in text
    assert f"2 of 3 imported into {tmp_path / 'out'}" in text.replace("\n", " ")
