"""The circuit graph as an SVG of a page."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from example_programs import hist_program

from tprog.analysis.show.graph.rendering import CannotDraw
from tprog.analysis.show.report import picture
from tprog.analysis.show.report.picture import circuit_svg
from tprog.locate import load


def test_every_node_and_edge_says_what_it_stands_for() -> None:
    """Each variable and the classifier is one focusable button, each edge names both its ends."""
    program = load("sort")
    drawn = circuit_svg(program)
    assert drawn is not None
    root = ElementTree.fromstring(drawn)
    nodes = [
        group
        for group in root.iter("g")
        if group.get("class") == "node" and group.get("data-variable")
    ]
    assert {int(node.attrib["data-variable"]) for node in nodes} == set(
        range(len(program.variables) + 1)
    )
    assert all(node.get("tabindex") == "0" and node.get("aria-label") for node in nodes)
    edges = [group for group in root.iter("g") if group.get("class") == "edge"]
    assert edges
    assert all(edge.get("data-source") and edge.get("data-target") for edge in edges)


def test_no_colour_is_fixed() -> None:
    """Every colour is one of the page's variables, so that the picture follows the theme; no id or link is left."""
    drawn = circuit_svg(load("dyck2"))
    assert drawn is not None
    assert re.findall(r'(?:fill|stroke)="(?!none)[^"]*"', drawn) == []
    assert ' id="' not in drawn
    assert "href" not in drawn
    assert "var(--kind-head)" in drawn


def test_names_are_escaped() -> None:
    """A title that looks like markup is text."""
    program = load("hist")
    program = replace(
        program, provenance=replace(program.provenance, title="<script>alert(1)</script>")
    )
    drawn = circuit_svg(program)
    assert drawn is not None
    assert "<script" not in drawn


def test_without_graphviz_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout that fails leaves the report without a picture, and so does a program too large to be read as one."""

    def refuse(*given: object) -> bytes:
        raise CannotDraw("no engine")

    monkeypatch.setattr(picture, "MOST_NODES", 3)
    assert circuit_svg(load("sort")) is None
    monkeypatch.setattr(picture, "MOST_NODES", 160)
    monkeypatch.setattr(picture, "render", refuse)
    assert circuit_svg(load("sort")) is None


def test_every_colour_of_the_picture_is_one_of_the_page() -> None:
    """A node whose colour the style sheet lacks would be black."""
    drawn = circuit_svg(hist_program())
    assert drawn is not None
    style = (Path(picture.__file__).parent / "page.css").read_text()
    for name in set(re.findall(r"var\((--[\w-]+)\)", drawn)):
        assert f"  {name}: " in style, name
    assert "--kind-classifier" in drawn
    assert "--role-vote" in drawn
