"""A report as one HTML file."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from effort import scaled
from example_programs import hist_program
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.analysis.show.report.data import page_data
from tprog.analysis.show.report.findings import Report, make_report
from tprog.analysis.show.report.page import render_report, script_json
from tprog.codegen import emit
from tprog.ir import Provenance
from tprog.locate import load, locate
from tprog.tasks.task import Task

HOSTILE = ("</script><b>", "<img src=x onerror=alert(1)>", "<!--", "&amp;", '"onclick="x')


class Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and its attributes."""
        self.tags.append(tag)
        self.attributes += attrs


def read(page: str) -> Reader:
    """Return what a page is made of."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def sort_report() -> Report:
    """Return the report of a gallery program."""
    place = locate("sort")
    source = place.program.read_text(encoding="utf-8")
    return make_report(load("sort"), source, simplify_seconds=0, limit=2000)


def hostile_report() -> Report:
    """Return the report of a program whose tokens and title are markup, with failing inputs."""
    program = hist_program(HOSTILE, 2)
    program = replace(program, provenance=Provenance(f"A {HOSTILE[1]}", facts=HOSTILE))
    task = Task("evil", program.domain, ("0", "1", "2"), rule=lambda data: ["2"] * len(data))
    return make_report(program, emit(program), task=task, simplify_seconds=0)


def test_the_page_stands_alone(sort_report: Report) -> None:
    """Nothing is fetched: no element has an address beyond the page, and the style imports nothing."""
    page = render_report(sort_report)
    reader = read(page)
    addresses = [
        value or "" for name, value in reader.attributes if name in ("src", "href", "action")
    ]
    assert all(address.startswith("#") for address in addresses)
    assert not {"link", "iframe", "object", "embed", "img"} & set(reader.tags)
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert not any(name.startswith("on") for name, _ in reader.attributes)


def test_the_policy_allows_the_pages_own_script_alone(sort_report: Report) -> None:
    """The hash in the content policy is that of the script as it stands in the file, and everything else is forbidden."""
    page = render_report(sort_report)
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]


def test_tokens_that_are_markup_are_text() -> None:
    """A program full of tags and comments adds no element and no attribute to the page, and its data survive whole."""
    report = hostile_report()
    assert report.failures
    page = render_report(report)
    reader = read(page)
    assert "img" not in reader.tags
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert reader.tags.count("script") == 2
    data = page.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["program"]["domain"]["symbols"] == list(HOSTILE)


@settings(max_examples=scaled(50))
@given(
    st.recursive(
        st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_text_can_end_a_script(value: object) -> None:
    """JSON for a script holds no angle bracket and reads back as it was."""
    text = script_json(value)
    assert not set("<>&") & set(text)
    assert text.isascii()
    assert json.loads(text) == value


def test_first_answers_are_in_words(sort_report: Report) -> None:
    """What it computes, whether it is right, where it fails and whether it can be smaller stand in the page itself."""
    page = render_report(sort_report)
    for words in (
        "What does it compute?",
        "Is it right?",
        "Where does it fail?",
        "Can it be smaller?",
    ):
        assert words in page
    assert "100 %" in page
    assert "Nowhere found" in page
    assert "smaller_tokens" in page


def test_data_name_every_part(sort_report: Report) -> None:
    """The script is given one entry for each variable, the counts of lines, and an input to begin with."""
    data = json.loads(json.dumps(page_data(sort_report)))
    count = len(sort_report.program.variables)
    assert len(data["parts"]) == len(data["places"]) == len(data["program"]["variables"]) == count
    assert data["start"] in [example["tokens"] for example in data["examples"]]
    assert data["counts"] == [list(pair) for pair in sorted(sort_report.places.counts.items())]


def test_half_a_character_breaks_nothing() -> None:
    """A lone surrogate in a title is written as an escape."""
    program = replace(hist_program(), provenance=Provenance("odd \ud800"))
    page = render_report(make_report(program, emit(hist_program()), simplify_seconds=0))
    assert page.encode("utf-8")
    assert "odd \\ud800" in page
