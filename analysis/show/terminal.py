"""Pages on a terminal, as rich lays them out."""

from collections.abc import Sequence

from tprog import terminal
from tprog.analysis.show.model import (
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
    runs,
)


def on_terminal(page: Page) -> terminal.RenderableType:
    """Return a page as rich renders it."""
    shown: list[terminal.RenderableType] = []
    for block in page:
        shown += _block(block)
    return terminal.Group(*shown)


def _block(block: Block) -> list[terminal.RenderableType]:
    match block:
        case Text(whole=whole):
            return [_text(block, overflow="ignore" if whole else None)]
        case Heading(text=text):
            return [terminal.Text(text, "bold")]
        case TableBlock():
            return [_table(block)]
        case Aligned():
            return list(_aligned(block))
        case Code(lines=lines):
            shown = terminal.Text(no_wrap=True, overflow="ellipsis")
            for number, line in enumerate(lines):
                if number:
                    shown.new_line()
                shown.append(_text(line))
            return [shown]
        case Folded() | Picture():
            return []


def _text(text: Text, overflow: str | None = None) -> terminal.Text:
    shown = terminal.Text(no_wrap=True if overflow else None, overflow=overflow)
    for piece, style in text.spans:
        if piece == "\n":
            shown.new_line()
        else:
            shown.append(piece, style or None)
    return shown


def _cell(cell: Cell) -> terminal.Text | str:
    return cell if isinstance(cell, str) else _text(cell)


def _table(found: TableBlock) -> terminal.Table:
    left, right = found.padding
    headed = any(column.head for column in found.columns)
    shown = terminal.Table(padding=(0, right, 0, left), show_header=headed)
    for column in found.columns:
        shown.add_column(
            terminal.Text(column.head, column.head_style),
            justify="right" if column.right else "left",
            no_wrap=column.whole,
            overflow="fold",
            style=column.style,
            width=column.width,
            min_width=column.least,
            max_width=column.most,
            ratio=1 if column.stretched else None,
        )
    for row in found.rows:
        shown.add_row(*map(_cell, row))
    return shown


def _aligned(found: Aligned) -> Sequence[terminal.RenderableType]:
    """Return the rows one under the other, in as many blocks as the width asks for."""
    names = max(len(name) for name, _ in found.rows)
    if len({len(cells) for _, cells in found.rows}) > 1:
        # One label for the whole input: nothing stands under anything.
        return [
            terminal.Text.assemble(
                (f"{name:{names}}", "dim"), "  ", terminal.Text(" ").join(map(_text, cells))
            )
            for name, cells in found.rows
        ]
    widths = [
        max(map(len, column)) + 2 for column in zip(*(row for _, row in found.rows), strict=True)
    ]
    parts: list[terminal.RenderableType] = []
    for start, stop in runs(widths, found.width - names):
        parts += [""] if start else []
        for name, cells in found.rows:
            shown = terminal.Text(f"{name:{names}}  ", "dim")
            for place in range(start, stop):
                shown.append(_text(cells[place]))
                shown.append(" " * (widths[place] - len(cells[place])))
            shown.rstrip()
            parts.append(shown)
    return parts
