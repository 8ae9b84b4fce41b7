"""Pages and snippets of HTML. Owns escaping, tables and the one style sheet; refuses to know what is shown.

A snippet brings its own style and takes colours from what it stands in, so that it reads in dark and light notebooks alike; a
document is a snippet with a frame, and needs no other file.
"""

from collections.abc import Iterable, Sequence
from html import escape

from tprog.visible import visible

# Tints are half transparent and text keeps the colour around it: both read on white and on black.
STYLE = """
.tprog { font: 14px/1.45 system-ui, sans-serif; color: inherit; max-width: 100%; overflow-x: auto; }
.tprog h1 { font-size: 1.35em; margin: 0 0 .5em; }
.tprog h2 { font-size: 1.1em; margin: 1.1em 0 .35em; }
.tprog p { margin: .3em 0; }
.tprog table { border-collapse: collapse; margin: .4em 0; color: inherit; background: none; font-size: inherit; }
.tprog th, .tprog td { text-align: left; vertical-align: top; padding: .15em .8em .15em 0; border: 0;
  color: inherit; background: none; white-space: normal; max-width: 36em; overflow-wrap: break-word; }
.tprog thead th { font-weight: 600; white-space: nowrap; border-bottom: 1px solid rgba(128,128,128,.45); }
.tprog tbody tr:hover { background: rgba(128,128,128,.10); }
.tprog code, .tprog .mono { font: 0.93em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  color: inherit; background: none; padding: 0; }
.tprog .dim { opacity: .75; }
.tprog .right, .tprog td.number, .tprog th.number { text-align: right; }
.tprog .gone, .tprog .bad { background: rgba(248,81,73,.20); border-radius: 3px; padding: 0 .25em; }
.tprog .new, .tprog .good { background: rgba(46,160,67,.22); border-radius: 3px; padding: 0 .25em; }
.tprog .doubt { background: rgba(210,153,34,.25); border-radius: 3px; padding: 0 .25em; }
.tprog .part td { padding-top: .7em; }
.tprog .inner { padding-left: 1.3em; }
.tprog .innermost { padding-left: 2.6em; }
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


def text(value: object) -> str:
    """Return text as HTML that shows it as it is; what cannot be printed is written as an escape."""
    return escape(visible(str(value), keep="\n\u00a0"))


def mark(kind: str, inner: str, tag: str = "span") -> str:
    """Return HTML of one of the style sheet's classes, such as `dim`, `gone` or `new`."""
    return f'<{tag} class="{kind}">{inner}</{tag}>'


def code(value: object, kind: str = "") -> str:
    """Return text in a fixed-width face."""
    return f'<code class="{kind}">{text(value)}</code>' if kind else f"<code>{text(value)}</code>"


def paragraph(inner: str, kind: str = "") -> str:
    """Return a paragraph of HTML."""
    return mark(kind, inner, "p") if kind else f"<p>{inner}</p>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a table.

    Args:
        heads: HTML of the columns' heads; none for a table without.
        rows: HTML of the cells.
        numbers: columns that are set to the right.
    """

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="number">{cell}</{tag}>'
            if place in numbers
            else f"<{tag}>{cell}</{tag}>"
            for place, cell in enumerate(row)
        )

    top = f"<thead><tr>{cells(heads, 'th')}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def folded(summary: str, inner: str) -> str:
    """Return HTML that is shown when its summary is opened."""
    return f"<details><summary>{summary}</summary>{inner}</details>"


def snippet(*parts: str) -> str:
    """Return HTML that can stand anywhere, such as in a notebook."""
    return f'<div class="tprog"><style>{STYLE}</style>{"".join(parts)}</div>'


def document(title: str, *parts: str) -> str:
    """Return a whole page that needs no other file."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(title)}</title><style>{PAGE_STYLE}</style></head>"
        f"<body>{snippet(*parts)}</body></html>\n"
    )
