"""Published programs as Programs."""

import os
from pathlib import Path

import pytest
from effort import scaled
from hypothesis import given, settings
from published.written import helpers, published_programs, write

from tprog.errors import FileProblem, UnreadableSource
from tprog.evaluate import all_inputs, predict
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
    WordTable,
    validate,
)
from tprog.published.assemble import Imported, WrittenExample
from tprog.published.meanings import TableEnd
from tprog.published.program import read_published


def inputs(domain: Domain) -> list[tuple[str, ...]]:
    return [
        batch.data(row, domain) for batch in all_inputs(known(domain)) for row in range(len(batch))
    ]


def known(domain: Domain) -> Domain:
    return Domain(
        domain.symbols,
        domain.max_length,
        domain.min_length,
        prefix=domain.prefix,
        suffix=domain.suffix,
    )


def small(**changes: object) -> Program:
    """A program over a and b: a head that copies the nearest b, and counts of the own symbol."""
    domain = Domain(("a", "b"), 3)
    operations = (
        CategoricalHead(0, 0, 0, Table(((), (2,), (2,))), Nearest("matches"), name="attn_0_0"),
        NumericalHead(0, 0, 2, Table(((), (1,), (2,))), name="num_attn_0_0"),
    )
    votes = (
        CategoricalVotes(0, ((0, 0), (1500, 2), (3, -40))),
        CategoricalVotes(1, ((0, 1), (1, 0), (0, 1), (1, 0))),
        NumericalVotes(2, (1, 2)),
        CategoricalVotes(3, ((5, 0), (0, 7), (2, 2))),
        NumericalVotes(4, (-700, 800)),
    )
    return Program(
        domain, (Tokens(), Positions(), Ones()), operations, Classifier(("X", "Y"), votes)
    )


@given(program=published_programs())
def test_a_written_program_reads_back_with_the_same_meaning(
    program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A Program in the published shape gives the same labels after writing and reading, on its whole domain."""
    enums = any(isinstance(one, WordTable) for one in program.inputs) and len(program.variables) % 2
    path = write(program, tmp_path_factory.mktemp("written"), enums=bool(enums))
    found = read_published(path).program
    assert validate(found) == []
    assert known(found.domain) == known(program.domain)
    words = inputs(program.domain)
    assert predict(found, words) == predict(program, words)


@settings(max_examples=scaled(25))
@given(program=published_programs(embedded=False))
def test_reading_keeps_every_operation(
    program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Heads come back one by one, with their names, predicates and tie-break."""
    found = read_published(write(program, tmp_path_factory.mktemp("written"))).program
    assert len(found.operations) == len(program.operations)
    for back, was in zip(found.operations, program.operations, strict=True):
        assert type(back) is type(was)
        assert back.name == f"{was.name}_outputs"
        if isinstance(was, CategoricalHead | NumericalHead):
            assert isinstance(back, CategoricalHead | NumericalHead)
            assert (back.predicate, back.causal) == (was.predicate, was.causal)
        if isinstance(was, CategoricalHead):
            assert isinstance(back, CategoricalHead)
            assert back.tie == was.tie


def test_weights_become_the_smallest_exact_integers(tmp_path: Path) -> None:
    """Decimal weights are scaled by one common factor, and nothing is rounded."""
    program = small()
    found = read_published(write(program, tmp_path)).program
    weights = {vote.variable: vote.weights for vote in found.classifier.votes}
    assert weights == {vote.variable: vote.weights for vote in program.classifier.votes}


def test_the_network_chooses_its_own_position_last(tmp_path: Path) -> None:
    """With `as_network` heads rank like the network, and only then differ where the own position matches twice."""
    path = write(small(), tmp_path)
    source = read_published(path)
    network = read_published(path, as_network=True)
    ties = [
        [one.tie for one in found.program.operations if isinstance(one, CategoricalHead)]
        for found in (source, network)
    ]
    assert ties == [[Nearest("matches")], [Nearest("last")]]
    assert "rank their own position" in " ".join(source.notes)
    assert "own position last" in " ".join(network.notes)


def test_a_task_is_recognised_by_its_examples(tmp_path: Path) -> None:
    """Labels that only one task explains make its domain the program's, whatever the file is called."""
    domain = Domain(("0", "1"), 3)
    votes = (CategoricalVotes(0, ((0, 1, 2),) * 3), CategoricalVotes(1, ((0, 0, 0),) * 4))
    program = Program(domain, (Tokens(), Positions()), (), Classifier(("1", "2", "3"), votes))
    examples = [
        WrittenExample(("<s>", "0", "0", "1"), ("<pad>", "2", "2", "1")),
        WrittenExample(("<s>", "1"), ("<pad>", "1")),
        WrittenExample(("<s>", "1", "0", "0"), ("<pad>", "1", "2", "2")),
        WrittenExample(("<s>", "1", "1", "1"), ("<pad>", "3", "3", "3")),
    ]
    found = read_published(write(program, tmp_path, "sort", examples))
    assert found.program.provenance.task == "hist:vocabulary=4,length=4"
    assert found.examples == tuple(examples)
    assert "4 examples" in found.notes[0]


def test_a_table_that_ends_early_is_said(tmp_path: Path) -> None:
    """A numerical look-up of a layer whose arguments outgrow the published table gives a warning."""
    domain = Domain(("a",), 7)
    operations = (
        NumericalHead(0, 0, 2, Table(((), (1,))), name="num_attn_0_0"),
        NumericalHead(0, 0, 3, Table(((), (1,))), name="num_attn_1_0"),
        NumericalLookup(
            (4,), FiniteValues((0, 1)), (2,), (Rectangle(((1, 1),), 1),), 0, name="num_mlp_1_0"
        ),
    )
    votes = (
        CategoricalVotes(0, ((1,),) * 2),
        CategoricalVotes(1, ((1,),) * 8),
        CategoricalVotes(5, ((1,), (2,))),
    )
    program = Program(
        domain, (Tokens(), Positions(), Ones()), operations, Classifier(("x",), votes)
    )
    found = read_published(write(program, tmp_path))
    assert found.ends == (TableEnd("num_mlp_1_0", 15),)


def test_words_that_pandas_loses_are_kept_and_said(tmp_path: Path) -> None:
    """A word such as NA keeps the row that the file gives it, with a warning that the published program has none."""
    table = WordTable(FiniteValues((0, 1)), (0, 1, 0, 1))
    domain = Domain(("NA", "None", "<unk>"), 2, unknown="<unk>")
    votes = (CategoricalVotes(0, ((0, 0),) * 3), CategoricalVotes(1, ((1, 0), (0, 1))))
    program = Program(domain, (Positions(), table), (), Classifier(("P", "Q"), votes))
    found = read_published(write(program, tmp_path))
    assert predict(found.program, [["NA", "None"], ["strange"]]) == [["Q", "P"], ["Q"]]
    assert "'NA', 'None'" in found.warnings[0]
    assert "pandas" in found.warnings[0]


def test_a_branch_that_is_missing_gives_a_value_of_its_own(tmp_path: Path) -> None:
    """Where no branch of a look-up applies its result matches nothing and casts no votes."""
    domain = Domain(("a", "b"), 2)
    lookup = CategoricalLookup((0,), FiniteValues((0, 1)), (0, 1, 0), name="mlp_0_0")
    votes = (
        CategoricalVotes(0, ((0, 0),) * 3),
        CategoricalVotes(1, ((0, 1),) * 3),
        CategoricalVotes(2, ((0, 5), (5, 0))),
    )
    program = Program(domain, (Tokens(), Positions()), (lookup,), Classifier(("P", "Q"), votes))
    path = write(program, tmp_path)
    text = path.read_text()
    assert "    return 0\n" in text
    path.write_text(
        text.replace("    return 0\n", "    if key in {'b'}:\n            return 0\n", 1)
    )
    found = read_published(path)
    node = found.program.operations[0]
    assert isinstance(node, CategoricalLookup)
    assert node.values.values == (0, 1, -1)
    assert "KeyError" in found.warnings[0]
    assert predict(found.program, [["a", "b"]]) == [["P", "Q"]]


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A file whose import would delete another is refused with its line, and the other is still there."""
    path = write(small(), tmp_path)
    victim = tmp_path / "victim"
    victim.write_text("here")
    lines = path.read_text().splitlines()
    evil = ["import os", f"os.remove({str(victim)!r})"]
    for place in (0, 2, len(lines)):
        path.write_text("\n".join([*lines[:place], *evil, *lines[place:]]))
        with pytest.raises(
            UnreadableSource, match=rf"program\.py:{place + 2}: .*os\.remove is called"
        ):
            read_published(path)
    assert victim.exists()


def test_a_changed_helper_is_not_taken_for_a_known_one(tmp_path: Path) -> None:
    """A helper that selects the farthest match is refused, by name and line."""
    path = write(small(), tmp_path)
    path.write_text(path.read_text().replace("abs(i - j)", "-abs(i - j)"))
    with pytest.raises(
        UnreadableSource, match=r"program\.py:\d+: select_closest selects by a rule"
    ):
        read_published(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('("tokens", str(v))', '("tokems", str(v))', "no row for tokems"),
        ("weights.csv", "weigths.csv", "is not there; put it beside"),
        ("def run(tokens)", "def walk(tokens)", r"run is not defined above"),
        ("return predictions.tolist()", "pass", "returns nothing"),
        ("def run(tokens)", "def run(*tokens)", "run must take the tokens"),
        ("sums.argmax(-1)", "sums.argmax(0)", "none of the expressions"),
        ("df.reset_index()", "df", "reset_index"),
        ("str(v)) for v in positions", "v) for v in positions", "looked up by pairs"),
        ("return k_value == 'b'", "return k_value == tokens", "no parameter or variable"),
        ("return k_value == 'b'", "return k_value < 3", "fails when it is run"),
        ("return k_value == 'b'", "return open('x')", "no function that can be called"),
        ("return k_value == 'b'", "return k_value.upper()", "Call cannot stand"),
        ("(q_value, k_value)", "(q_value, q_value)", "duplicate argument"),
    ],
)
def test_what_is_not_understood_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Each change to a readable file that takes it out of the published form ends in one line."""
    path = write(small(), tmp_path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(UnreadableSource, match=rf"^\S+program\.py:\d+: .*{message}") as caught:
        read_published(path)
    assert "\n" not in str(caught.value)


def test_a_classifier_of_another_program_does_not_fit(tmp_path: Path) -> None:
    """A classifier whose labels fit but whose variables do not is named, with what is missing."""
    path = write(small(), tmp_path)
    sheet = tmp_path / "program_weights.csv"
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join(line for line in lines if not line.startswith("attn_0_0_outputs,b")))
    with pytest.raises(UnreadableSource, match="no row for attn_0_0_outputs 'b'"):
        read_published(path)


def test_a_missing_file_is_a_file_problem(tmp_path: Path) -> None:
    """A program that is not there is a problem of files, not of sources."""
    with pytest.raises(FileProblem, match="cannot read"):
        read_published(tmp_path / "absent.py")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A program or classifier that is a pipe is refused at once."""
    path = write(small(), tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UnreadableSource, match="no regular file"):
        read_published(tmp_path / "pipe.py")
    sheet = tmp_path / "program_weights.csv"
    sheet.unlink()
    os.mkfifo(sheet)
    with pytest.raises(UnreadableSource, match="is not there"):
        read_published(path)


def test_a_persons_comments_become_notes(tmp_path: Path) -> None:
    """A comment above a head stays with it; the generator's banner does not."""
    path = write(small(), tmp_path)
    text = path.read_text()
    mark = "    # attn_0_0 ################\n"
    assert mark in text
    path.write_text(text.replace(mark, f"{mark}    # It looks for a b.\n"))
    found = read_published(path).program
    assert [one.notes for one in found.operations] == [("It looks for a b.",), ()]


def test_helper_text_has_no_say(tmp_path: Path) -> None:
    """Helpers are known by what they do: other names and another layout change nothing."""
    path = write(small(), tmp_path)
    before = read_published(path).program
    text = path.read_text().replace("select_closest", "nearest").replace("aggregate", "gather")
    path.write_text(text.replace("found", "hits").replace("    return", "    return\\\n       "))
    assert read_published(path).program == before
    assert "def select_closest" in helpers()


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
