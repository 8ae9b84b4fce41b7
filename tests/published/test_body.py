"""The body of `run`, statement by statement."""

from pathlib import Path

import pytest
from published.test_source import small
from published.written import write

from tprog.errors import UnreadableSource
from tprog.ir import Classifier, Domain, Program
from tprog.published.imported import Imported
from tprog.published.source import read_published


def framed() -> Program:
    """A program whose ends are forced."""
    program = small()
    classifier = Classifier(
        program.classifier.labels, program.classifier.votes[1:2], first="<s>", last="</s>"
    )
    domain = Domain(("a", "b"), 2, suffix="</s>")
    return Program(domain, program.inputs[:2], (), classifier)


def read(folder: Path, program: Program, *changes: tuple[str, str]) -> Imported:
    path = write(program, folder)
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    if not any(
        found.startswith("tokens,")
        for found in (folder / "program_weights.csv").read_text().splitlines()[:-1]
    ):
        with (folder / "program_weights.csv").open("a") as sheet:
            sheet.writelines(f"tokens,{symbol},0,0\n" for symbol in program.domain.alphabet)
    return read_published(path)


def test_labels_are_forced_at_the_frame(tmp_path: Path) -> None:
    """Assignments under a condition on the first and last token force labels, where the frame makes it true."""
    found = read(tmp_path, framed()).program
    assert (found.classifier.first, found.classifier.last) == ("<s>", "</s>")


def test_a_condition_that_never_holds_forces_nothing(tmp_path: Path) -> None:
    """A condition on another symbol at the frame is false on every input."""
    found = read(tmp_path, framed(), ("tokens[0] == '<s>'", "tokens[0] == '</s>'")).program
    assert (found.classifier.first, found.classifier.last) == (None, "</s>")


def test_unconditional_assignments_force_as_well(tmp_path: Path) -> None:
    """Without a condition the label is forced just the same, and else-branches are followed."""
    found = read(
        tmp_path,
        framed(),
        (
            "if tokens[0] == '<s>':\n        predictions[0]",
            "if False:\n        pass\n    else:\n        predictions[0]",
        ),
    ).program
    assert found.classifier.first == "<s>"


def test_names_and_layers_come_from_the_published_names(tmp_path: Path) -> None:
    """attn_0_0_outputs is shown as attn_0_0 in layer 0."""
    found = read(tmp_path, small()).program
    assert [one.name for one in found.operations] == ["attn_0_0", "num_attn_0_0"]
    assert [one.layer for one in found.operations] == [0, 0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    predictions[0] = '<s>'", "    predictions[1] = '<s>'", "forced at the first or last"),
        ("    predictions[0] = '<s>'", "    sums[0] = '<s>'", "forced at the first or last"),
        ("if tokens[0] == '<s>'", "if tokens", "not known before an input is"),
        ("    predictions[0] = '<s>'", "    del predictions", "what Delete does here is not known"),
        ("return predictions.tolist()", "return predictions[0]", "none of the expressions"),
        ("return predictions.tolist()", "return positions", "must return the predicted labels"),
        ("return predictions.tolist()", "return", "what Return does here is not known"),
        (
            "positions = list",
            "for positions in tokens: pass\n    x = list",
            "what this makes of positions",
        ),
        (
            "positions = list",
            "a = positions = list",
            "what this makes of positions is not followed",
        ),
        ("positions = list", "tokens.append('a')\n    positions = list", "tokens.append is called"),
        ("positions = list", "tokens += ['a']\n    positions = list", "AugAssign"),
        (
            "positions = list",
            "tokens[0] = 'a'\n    positions = list",
            "forced at the first or last",
        ),
        ("positions = list", "weights.clear()\n    positions = list", "weights.clear is called"),
        ("positions = list", "print(tokens := [])\n    positions = list", "NamedExpr cannot stand"),
        ("positions = list", "assert tokens.pop()\n    positions = list", "tokens.pop is called"),
        (
            "positions = list",
            "sorted(tokens, key=tokens.remove)\n    positions = list",
            "tokens.remove is used",
        ),
        (
            "return predictions.tolist()",
            "return predictions.tolist()\n    yield 1",
            "Yield cannot stand",
        ),
        (
            "positions = list",
            "print(positions)\n    positions = list",
            "positions is not defined above",
        ),
        (
            "positions = list",
            "x = [len(t) for t in tokens]\n    len = 3\n    positions = list",
            "len is not defined",
        ),
        (
            "return predictions.tolist()",
            "other = predictions\n    other[0] = 'a'\n    return other",
            "two names",
        ),
        ("weights.columns", "weights.columns[[0]]", "none of the expressions"),
    ],
)
def test_other_statements_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A statement that no published program holds ends in one line that points at it."""
    with pytest.raises(UnreadableSource, match=rf"program\.py:\d+: .*{message}"):
        read(tmp_path, framed(), (old, new))
