"""Pages as HTML: a snippet for a notebook, or a document that needs no other file.

A snippet brings its own style and takes colours from what it stands in, so that it reads in dark and light notebooks alike.
"""

from collections.abc import Sequence
from html import escape

from tprog.analysis.show.model import (
    BREAK,
    GAP,
    Aligned,
    Block,
    Cell,
    Code,
    Folded,
    Heading,
    Page,
    Picture,
    TableBlock,
    Text,
    line,
    styled,
)
from tprog.visible import visible

# Tints are half transparent and text keeps the colour around it: both read on white and on black.
STYLE = """
.tprog { font: 14px/1.45 system-ui, sans-serif; color: inherit; max-width: 100%; overflow-x: auto; }
.tprog h1 { font-size: 1.35em; margin: 0 0 .5em; }
.tprog h2 { font-size: 1.1em; margin: 1.1em 0 .35em; }
.tprog p { margin: .3em 0; white-space: pre-wrap; }
.tprog table { border-collapse: collapse; margin: .4em 0; color: inherit; background: none; font-size: inherit; }
.tprog th, .tprog td { text-align: left; vertical-align: top; padding: .15em .8em .15em 0; border: 0;
  color: inherit; background: none; white-space: pre-wrap; max-width: 36em; overflow-wrap: break-word; }
.tprog thead th { font-weight: 600; white-space: nowrap; border-bottom: 1px solid rgba(128,128,128,.45); }
.tprog tbody tr:hover { background: rgba(128,128,128,.10); }
.tprog .mono { font: 0.93em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  color: inherit; background: none; padding: 0; }
.tprog .dim { opacity: .75; }
.tprog td.number, .tprog th.number { text-align: right; }
.tprog .red { background: rgba(248,81,73,.20); border-radius: 3px; padding: 0 .25em; }
.tprog .green { background: rgba(46,160,67,.22); border-radius: 3px; padding: 0 .25em; }
.tprog .yellow { background: rgba(210,153,34,.25); border-radius: 3px; padding: 0 .25em; }
.tprog details { margin: .4em 0; }
.tprog summary { cursor: pointer; }
.tprog summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.tprog pre { font: 12.5px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: .4em 0;
  color: inherit; background: none; overflow-x: auto; white-space: pre; }
.tprog svg { max-width: 100%; height: auto; }
"""
PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 72rem; color: #1b1f24; background: #fff; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } }
"""

# Styles that the sheet above has as classes; what is bold is strong, and other colours are a terminal's own.
CLASSES = ("dim", "red", "green", "yellow", "mono")


def escaped(value: object) -> str:
    """Return text as HTML that shows it as it is; what cannot be printed is written as an escape."""
    return escape(visible(str(value), keep="\n\u00a0"))


def inline(said: Cell) -> str:
    """Return a line as HTML."""
    found = []
    for piece, style in line(said).spans:
        if (piece, style) == BREAK:
            found.append("<br>")
            continue
        words = style.split()
        tag = "strong" if "bold" in words else "span"
        kind = " ".join(word for word in words if word in CLASSES)
        text = escaped(piece)
        if kind:
            text = f'<{tag} class="{kind}">{text}</{tag}>'
        elif tag == "strong":
            text = f"<strong>{text}</strong>"
        found.append(text)
    return "".join(found)


def body(page: Page) -> str:
    """Return a page as HTML that needs the style sheet around it."""
    return "".join(map(_block, page))


def _block(block: Block) -> str:
    match block:
        case Text():
            return "" if block == GAP else f"<p>{inline(block)}</p>"
        case Heading(text=text):
            return f"<h2>{escaped(text)}</h2>"
        case TableBlock():
            return _table(block)
        case Aligned(rows=rows):
            cells = [
                f"<tr><td>{inline(styled(name, 'dim'))}</td>{_cells(row)}</tr>"
                for name, row in rows
            ]
            return f"<table><tbody>{''.join(cells)}</tbody></table>"
        case Code(lines=lines):
            return f"<pre>{chr(10).join(map(inline, lines))}</pre>"
        case Folded(summary=summary, inside=inside):
            return f"<details><summary>{escaped(summary)}</summary>{body(inside)}</details>"
        case Picture(markup=markup):
            return markup


def _table(found: TableBlock) -> str:
    numbers = [place for place, column in enumerate(found.columns) if column.right]
    heads = [column.head for column in found.columns]
    styles = [column.style for column in found.columns]
    top = f"<thead><tr>{_cells(heads, numbers, 'th')}</tr></thead>" if any(heads) else ""
    rows = []
    for row in found.rows:
        # A column's style is its plain cells'.
        cells = [
            (cell, style) if isinstance(cell, str) and style else cell
            for cell, style in zip(row, styles, strict=False)
        ]
        rows.append(f"<tr>{_cells([line(cell) for cell in cells], numbers)}</tr>")
    return f"<table>{top}<tbody>{''.join(rows)}</tbody></table>"


def _cells(row: Sequence[Cell], numbers: Sequence[int] = (), tag: str = "td") -> str:
    return "".join(
        f'<{tag} class="number">{inline(cell)}</{tag}>'
        if place in numbers
        else f"<{tag}>{inline(cell)}</{tag}>"
        for place, cell in enumerate(row)
    )


def snippet(page: Page) -> str:
    """Return a page as HTML that can stand anywhere, such as in a notebook."""
    return f'<div class="tprog"><style>{STYLE}</style>{body(page)}</div>'


def document(title: str, page: Page) -> str:
    """Return a whole file of HTML that needs no other."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escaped(title)}</title><style>{PAGE_STYLE}</style></head>"
        f"<body>{snippet(page)}</body></html>\n"
    )
