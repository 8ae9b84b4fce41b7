"""Checking HTML in tests: that tags are closed where they should be, and what a reader sees."""

from html.parser import HTMLParser

ALONE = ("meta", "hr", "br", "input", "path", "polygon")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.seen.append(data)


def seen(page: str) -> str:
    """Return the words that stand on a page, one space between any two; its tags must be balanced."""
    reader = _Reader()
    reader.feed(page)
    assert not reader.open, reader.open
    return " ".join(" ".join(reader.seen).split())
