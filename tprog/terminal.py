"""Text, tables and consoles of the terminal. Nothing that is printed through them can start a colour or move a cursor.

Other modules take rich's classes from here alone. A text means its characters and nothing else: no markup, no control
characters, no line breaks of its own. What an encoding lacks gets a stand-in before the layout, so that columns stay in line.
"""

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import rich.console
import rich.table
import rich.text
from rich.console import ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.rule import Rule
from rich.segment import Segment

from tprog.visible import fitting, visible

__all__ = ["Console", "Group", "RenderableType", "Rule", "Table", "Text"]

# Our own wording ties a number to its unit with it. While lines are broken, a sign that nobody writes stands for it, as
# rich breaks lines at any space; it leaves as a plain one.
TIED, HELD = "\u00a0", "\ufdd0"
WIDEST = 100_000  # columns: cells are measured as if there were no edge


class Text(rich.text.Text):
    """Text that is shown as it is, with an escape for what cannot be seen."""

    __slots__ = ()

    def __init__(self, text: str = "", style: Any = "", **look: Any) -> None:
        """Keep a text and its style; `look` is what rich takes besides."""
        super().__init__(visible(text, TIED), style, **look)

    def append(self, text: Any, style: Any = None) -> "Text":
        """Add a text, or a part of a string, in a style."""
        super().append(visible(text, TIED) if isinstance(text, str) else text, style)
        return self

    @classmethod
    def assemble(cls, *parts: Any, **look: Any) -> "Text":
        """Return a text of several parts: strings, texts, and pairs of a string and its style."""
        text = cls(**look)
        for part in parts:
            text.append(*part) if isinstance(part, tuple) else text.append(part)
        return text

    def new_line(self) -> "Text":
        """Go on in a new line, which no string does."""
        super().append("\n")
        return self

    def __rich_console__(
        self, console: rich.console.Console, options: ConsoleOptions
    ) -> Iterable[Segment]:
        """Lay the text out in characters that the console can print."""
        text = self._fitting(console)
        if options.overflow is None and self.overflow is None:
            # Outside of tables a word that is longer than the line, such as a path, stays whole.
            longest = rich.text.Text.__rich_measure__(text, console, options).minimum
            options = options.update(max_width=max(options.max_width, longest))
        return rich.text.Text.__rich_console__(text, console, options)

    def __rich_measure__(
        self, console: rich.console.Console, options: ConsoleOptions
    ) -> Measurement:
        """Measure the text in characters that the console can print."""
        return rich.text.Text.__rich_measure__(self._fitting(console), console, options)

    def _fitting(self, console: rich.console.Console) -> rich.text.Text:
        tied = self.copy()
        tied.plain = self.plain.replace(TIED, HELD)
        if fitting(self.plain, console.encoding) == self.plain:
            return tied
        fitted = self.blank_copy()
        for place, character in enumerate(self.plain):
            style = self.get_style_at_offset(console, place)
            shown = HELD if character == TIED else fitting(character, console.encoding)
            rich.text.Text.append(fitted, shown, style)
        return fitted


class Table(rich.table.Table):
    """A table without lines, whose words are not broken while there is room, or where nobody looks at a screen."""

    def __init__(self, *heads: Any, padding: Any = (0, 2, 0, 0), **look: Any) -> None:
        """Begin an empty table; `look` is what rich takes besides."""
        super().__init__(*heads, box=None, pad_edge=False, padding=padding, **look)

    def __rich_console__(
        self, console: rich.console.Console, options: ConsoleOptions
    ) -> RenderResult:
        """Choose the columns' widths, then let rich lay out the cells."""
        _, right, _, left = self.padding
        padding = left + right
        room = options.max_width - padding * (len(self.columns) - 1)
        least, most = self._bounds(console, options)
        if sum(least) > room and console.is_terminal:
            # Too narrow for whole words: what may be folded is, and if need be everything.
            fixed = [column.no_wrap or column.width is not None for column in self.columns]
            least = [few if stays else 1 for few, stays in zip(least, fixed, strict=True)]
            if sum(least) > room:
                least = [1] * len(least)
        widths = _share(least, most, room)
        # Rich would cut off what is wider than its options.
        total = max(options.max_width, sum(widths) + padding * len(widths))
        laid = copy.copy(self)
        laid.columns = [
            replace(column, width=width, no_wrap=column.no_wrap and width >= full, overflow="fold")
            for column, width, full in zip(self.columns, widths, most, strict=True)
        ]
        yield from rich.table.Table.__rich_console__(laid, console, options.update(max_width=total))

    def _bounds(
        self, console: rich.console.Console, options: ConsoleOptions
    ) -> tuple[list[int], list[int]]:
        """Return the least and the most that each column takes: its longest word, its longest cell."""
        wide = options.update(max_width=WIDEST)
        least, most = [], []
        for column in self.columns:
            heads = (column.header,) if self.show_header else ()
            sizes = [Measurement.get(console, wide, cell) for cell in (*heads, *column.cells)]
            low = column.min_width or 1
            full = max([size.maximum for size in sizes] + [low])
            word = max([size.minimum for size in sizes] + [low])
            full = column.width or min(full, max(column.max_width or full, word))
            least.append(full if column.no_wrap or column.width else min(word, full))
            most.append(full)
        return least, most


def _share(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return widths between the least and the most that fill the room, the widest columns cut down first."""
    low, high = 0, max(most, default=0)
    while low < high:
        level = (low + high + 1) // 2
        cut = [max(few, min(many, level)) for few, many in zip(least, most, strict=True)]
        low, high = (level, high) if sum(cut) <= room else (low, level - 1)
    return [max(few, min(many, low)) for few, many in zip(least, most, strict=True)]


class Console(rich.console.Console):
    """A console that interprets no markup, cuts nothing off, and leaves no blanks at the ends of lines."""

    def __init__(self, **settings: Any) -> None:
        """Open a console; the settings are rich's."""
        super().__init__(markup=False, emoji=False, highlight=False, **settings)
        self.push_render_hook(_Leaving())

    def render_str(self, text: str, **look: Any) -> Text:
        """Return a string as text that is shown as it is."""
        kept = {name: look[name] for name in ("style", "justify", "overflow") if name in look}
        return Text(text, **kept)

    def print(self, *objects: Any, **look: Any) -> None:
        """Print objects; a word that is longer than the line stays whole."""
        super().print(*objects, **{"crop": False, **look})


class _Leaving(rich.console.RenderHook):
    """The last thing that happens to what is printed."""

    def process_renderables(
        self, renderables: list[rich.console.ConsoleRenderable]
    ) -> list[rich.console.ConsoleRenderable]:
        return [_Tidy(_own(one)) for one in renderables]


def _own(renderable: rich.console.ConsoleRenderable) -> rich.console.ConsoleRenderable:
    """Return a renderable; texts that rich has joined become texts of ours again."""
    if not isinstance(renderable, rich.text.Text):
        return renderable
    look = {name: getattr(renderable, name) for name in ("justify", "overflow", "no_wrap", "end")}
    return Text(**look).append(renderable)


class _Tidy:
    """A renderable with escapes for control characters, and without blanks at the ends of lines."""

    def __init__(self, inner: rich.console.ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(
        self, console: rich.console.Console, options: ConsoleOptions
    ) -> RenderResult:
        blanks: list[Segment] = []
        for segment in console.render(self._inner, options):
            if segment.control:
                yield segment
                continue
            for piece in re.split(r"(?<=\n)", segment.text):
                plain = piece.replace(TIED, " ").replace(HELD, " ")
                text = fitting(visible(plain, "\n"), console.encoding)
                words = text.rstrip(" \n")
                if words:
                    yield from blanks
                    blanks = []
                    yield Segment(words, segment.style)
                if text.endswith("\n"):
                    blanks = []
                    yield Segment.line()
                elif len(words) < len(text):
                    blanks.append(Segment(text[len(words) :], segment.style))
        yield from blanks
