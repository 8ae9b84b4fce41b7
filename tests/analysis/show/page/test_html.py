"""HTML snippets and pages."""

from tprog.analysis.show.page.html import (
    code,
    document,
    folded,
    mark,
    paragraph,
    snippet,
    table,
    text,
)


def test_text_is_shown_as_it_is() -> None:
    """What HTML would read as markup is escaped, and what cannot be seen is written out."""
    assert text('<s> & "x"') == "&lt;s&gt; &amp; &quot;x&quot;"
    assert text("a\tb") == "a\\tb"
    assert code("<s>") == "<code>&lt;s&gt;</code>"
    assert code("x", "new") == '<code class="new">x</code>'
    assert mark("dim", "x") == '<span class="dim">x</span>'
    assert paragraph("x") == "<p>x</p>"


def test_a_table_has_its_cells_in_order() -> None:
    """Heads come first, and numbers are set to the right."""
    found = table(("a", "b"), [("x", "1")], (1,))
    assert found == (
        '<table><thead><tr><th>a</th><th class="number">b</th></tr></thead>'
        '<tbody><tr><td>x</td><td class="number">1</td></tr></tbody></table>'
    )
    assert "thead" not in table((), [("x",)])


def test_a_document_needs_nothing_else() -> None:
    """A page names no other file and no address, and follows the reader's choice of dark or light."""
    found = document("A <title>", paragraph("x"), folded("more", "y"))
    assert found.startswith("<!doctype html>")
    assert "A &lt;title&gt;" in found
    assert "color-scheme" in found
    assert "http" not in found
    assert "src=" not in found
    assert snippet("x").startswith('<div class="tprog"><style>')
