"""Tests of whole pictures."""

import re
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from example_programs import hist_program, large_program, reverse_program

from tprog.analysis.show.graph import rendering
from tprog.analysis.show.graph.dot import Style
from tprog.analysis.show.graph.model import Graph, build_graph
from tprog.analysis.show.graph.rendering import CannotDraw, render
from tprog.errors import UsageError
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Domain,
    First,
    KeyIn,
    Positions,
    Program,
    Provenance,
    Table,
    Tokens,
)

SVG = "{http://www.w3.org/2000/svg}"


def odd_graph() -> Graph:
    """Return a graph whose symbols, title and notes would break careless quoting."""
    symbols = ("a", "<b>", '"q"', "&amp;", "é", "漢", "\t", "\\n", "\x01")
    first = CategoricalHead(
        0, 0, 0, KeyIn((2, 3)), First(), causal=True, notes=('says "hi" \\N <b>', "& more")
    )
    rows = Table(((2,), (3,), (4,), (), (), (), (), (), (), (), (1,)))
    program = Program(
        Domain(symbols, 3, suffix="</s>"),
        (Tokens(), Positions()),
        (first, CategoricalHead(0, 0, 1, rows)),
        Classifier(("T", "<F>"), (CategoricalVotes(2, ((1, -1),) * 11),)),
        Provenance('A <b>"title"</b> \\N & more 漢'),
    )
    return build_graph(program)


def texts(svg: bytes) -> list[str]:
    """Return every text of an SVG picture."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def png_size(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG picture in pixels."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_every_format_starts_as_its_kind_of_file_does() -> None:
    """Bytes of all four formats are what their names say."""
    graph = build_graph(hist_program())
    assert render(graph, "dot").startswith(b"digraph program {")
    assert render(graph, "svg").startswith(b"<?xml")
    assert render(graph, "png").startswith(b"\x89PNG")
    assert render(graph, "pdf").startswith(b"%PDF")


def test_svg_text_is_text() -> None:
    """Names, predicates, reads, weights and layers can be selected and searched."""
    found = [text.strip() for text in texts(render(build_graph(reverse_program()), "svg"))]
    for wanted in (
        "mirrored_token",
        "key == </s>",
        "36 entries → 6 values",
        "q tokens",
        "mirrored_token ±20",
        "layer 0",
        "layer 1",
        "reverse, written by hand",
    ):
        assert wanted in found


def test_odd_symbols_and_titles_are_drawn_as_they_are() -> None:
    """Tags, quotes, backslashes and letters beyond ASCII show up unchanged."""
    found = [text.strip() for text in texts(render(odd_graph(), "svg"))]
    assert 'A <b>"title"</b> \\N & more 漢' in found
    assert "key in {<b>, '\"q\"'}, first, causal" in found
    assert render(odd_graph(), "png").startswith(b"\x89PNG")


def test_a_band_lies_behind_every_layer_and_inside_the_picture() -> None:
    """Bands are drawn first, one for each layer, and nothing sticks out of the canvas."""
    svg = render(build_graph(reverse_program()), "svg").decode()
    box = re.search(r'viewBox="0.00 0.00 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None
    bands = re.findall(r'<polygon fill="#f6f8fa"[^>]*points="([^"]+)"', svg)
    assert len(bands) == 2
    for band in bands:
        width = [float(point.split(",")[0]) for point in band.split()]
        assert 0 < min(width) < max(width) < float(box[1])


def test_a_wanted_resolution_is_kept_until_the_picture_grows_too_large() -> None:
    """Twice the dots per inch give twice the pixels."""
    graph = build_graph(hist_program())
    low, high = (png_size(render(graph, "png", Style(dpi=dpi))) for dpi in (72, 144))
    assert abs(high[0] - 2 * low[0]) <= 4
    with pytest.raises(UsageError, match="choose 50 to 600"):
        render(graph, "png", Style(dpi=20))


def test_tiny_programs_are_drawn() -> None:
    """A program without operations and votes has a picture, even without its dead parts."""
    program = reverse_program()
    bare = replace(program, operations=(), classifier=replace(program.classifier, votes=()))
    assert "classifier" in texts(render(build_graph(bare), "svg"))
    assert "classifier" in texts(render(build_graph(bare), "svg", Style(dead=False, legend=False)))


def test_a_large_program_is_drawn_with_every_part() -> None:
    """Ninety modules in three layers show up by name."""
    program = large_program(layers=3, heads=20, lookups=10, votes=0.3)
    assert set(program.names) <= set(texts(render(build_graph(program), "svg")))


def test_dot_text_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Graphviz is missing, DOT text is still there and pictures say what to install."""
    monkeypatch.setattr(rendering, "engines", list)
    graph = build_graph(hist_program())
    assert render(graph, "dot").startswith(b"digraph")
    with pytest.raises(CannotDraw, match="pip install pygraphviz"):
        render(graph, "svg")


def test_an_unknown_format_lists_the_known_ones() -> None:
    """The message names every format."""
    with pytest.raises(UsageError, match="no such format: 'gif'; choose one of dot, svg, png, pdf"):
        render(build_graph(hist_program()), "gif")
