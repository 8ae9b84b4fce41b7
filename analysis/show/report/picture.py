"""The circuit graph as an SVG that belongs to a page: themed, clickable, reachable by keyboard.

Graphviz writes fixed colours and ids of its own. Here colours become the page's variables, nodes and edges say which
variables they stand for, and everything else that Graphviz adds goes.
"""

import re
from xml.etree import ElementTree

from tprog.analysis.show.graph.dot import COLOURS, DEAD, DEAD_EDGE, FAINT, FILLS, INK, Style
from tprog.analysis.show.graph.model import build_graph
from tprog.analysis.show.graph.rendering import BAND, CannotDraw, render
from tprog.ir import Program
from tprog.visible import visible

# A picture with more modules takes Graphviz minutes, and nobody can read it.
MOST_NODES = 160

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# What a tooltip is called until Graphviz's own titles are gone.
_TIP = "tip"

# The page's colours, by the ones that the graph is drawn in; of kinds that share one, the first is a Program's.
_THEME: dict[str, str] = {
    **{colour.lower(): f"--role-{role}" for role, colour in reversed(COLOURS.items())},
    **{fill.lower(): f"--kind-{kind.replace(' ', '-')}" for kind, fill in reversed(FILLS.items())},
    INK.lower(): "--ink",
    FAINT.lower(): "--faint",
    DEAD.lower(): "--dead",
    DEAD_EDGE.lower(): "--dead-edge",
    BAND.lower(): "--band",
    "#8c959f": "--node-line",
    "#d0d7de": "--dead-edge",
    "#ffffff": "--surface",
    "white": "--surface",
    "black": "--ink",
}


def circuit_svg(program: Program) -> str | None:
    """Return the graph of a Program as one `<svg>` element; None where it cannot be drawn or would be unreadable.

    Every node has `data-variable` (the classifier's number follows the last variable's) and every edge `data-source` and
    `data-target`.
    """
    graph = build_graph(program)
    if len(graph.nodes) > MOST_NODES:
        graph = graph.without_dead()
    if len(graph.nodes) > MOST_NODES:
        return None
    try:
        drawn = render(graph, "svg", Style(legend=False)).decode("utf-8")
    except CannotDraw:
        return None
    names = {node.number: f"{node.name}, {node.kind}" for node in graph.nodes}
    return themed(drawn, names, graph.title or "the program")


def themed(drawn: str, names: dict[int, str], title: str) -> str:
    """Return Graphviz's SVG in the page's colours.

    Args:
        drawn: what Graphviz wrote; nodes are called `n` and a number.
        names: what a screen reader says of each node.
        title: what it says of the picture.
    """
    root = ElementTree.fromstring(drawn)
    _plain_tags(root)
    width = float(root.attrib["width"].removesuffix("pt"))
    view = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib |= {
        "viewBox": view,
        "style": f"--points:{width:.0f}",
        "role": "group",
        "aria-label": f"Circuit graph of {title}",
    }
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "title" or (child.tag == "polygon" and child.get("fill") == "white"):
                _mark(parent, child, names)
                parent.remove(child)
    for element in root.iter():
        _recolour(element)
        element.attrib.pop("id", None)
        if element.tag == _TIP:
            element.tag = "title"
    return visible(ElementTree.tostring(root, encoding="unicode"), keep="\n\u00a0")


def _plain_tags(root: ElementTree.Element) -> None:
    """Take the namespaces away, which a page needs not, and turn links into groups with a title."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        tip = element.attrib.pop(f"{{{_XLINK}}}title", None)
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        if element.tag == "a":
            element.tag = "g"
            element.attrib.clear()
            if tip:
                told = ElementTree.Element(_TIP)
                told.text = tip
                element.insert(0, told)


def _mark(group: ElementTree.Element, title: ElementTree.Element, names: dict[int, str]) -> None:
    """Say on a group which variables it stands for."""
    found = re.fullmatch(r"n(\d+)(?::\w+)?(?:->n(\d+)(?::\w+)?)?", title.text or "")
    if group.get("class") not in ("node", "edge"):
        return
    kind = group.attrib["class"]
    group.attrib.clear()
    group.attrib["class"] = kind
    if found is None:
        return
    if found[2] is not None:
        group.attrib |= {"data-source": found[1], "data-target": found[2]}
        return
    group.attrib |= {
        "data-variable": found[1],
        "tabindex": "0",
        "role": "button",
        "aria-label": names.get(int(found[1]), ""),
    }


def _recolour(element: ElementTree.Element) -> None:
    styles = []
    for attribute in ("fill", "stroke"):
        colour = element.attrib.get(attribute)
        if colour is None or colour == "none":
            continue
        variable = _THEME.get(colour.lower())
        if variable is not None:
            del element.attrib[attribute]
            styles.append(f"{attribute}:var({variable})")
    if element.attrib.pop("font-family", None) is not None:
        styles.append("font-family:inherit")
    if styles:
        element.attrib["style"] = ";".join(styles)
