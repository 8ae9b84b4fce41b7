"""What changed between two programs."""

import json
from dataclasses import replace

import pytest
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.diff import Detail, diff
from tprog.analysis.diff.behaviour import SAME_PROGRAM
from tprog.analysis.diff.diff import whole_changes
from tprog.analysis.measure.canonical import meanings
from tprog.ir import Classifier, Compare, Constant, Domain, NumericalHead, Program, check
from tprog.locate import gallery_names, load


@settings(max_examples=scaled(100))
@given(programs(bounded=None), st.integers(0, 10**6))
def test_a_program_renamed_and_reordered_is_the_same(program: Program, seed: int) -> None:
    """Names, notes, layers and every order say nothing."""
    other, _ = shuffled(program, seed)
    check(other)
    found = diff(program, other, limit=500)
    assert found.same_structure
    assert found.same_behaviour
    assert found.exit_code() == 0
    assert found.behaviour is not None
    assert found.behaviour.outcome != "different"


@settings(max_examples=scaled(100))
@given(programs(), st.integers(0, 10**6))
def test_one_planted_change_is_named_and_nothing_else(program: Program, seed: int) -> None:
    """After a planted change and a shuffle one part has changed, in one way: the part it was planted in."""
    fault = plant(program, seed)
    if fault is None:
        return
    other, number = shuffled(fault.program, seed)
    found = diff(program, other, limit=500)
    assert found.exit_code() == 3
    assert not found.whole
    (part,) = found.changed
    (change,) = part.changes
    wanted = {"votes": ("votes",), "head": ("rows",), "look-up": ("entries", "boxes", "form")}
    assert change.kind in wanted[fault.branch.part.kind]
    assert part.before is not None
    assert part.after is not None
    planted = fault.branch.part.variable
    named = program.names.index(part.before.name)
    # Of parts that compute the same any may be the one that changed.
    assert named == planted or meanings(program)[named] == meanings(program)[planted]
    assert named != planted or part.after.name == other.names[number[planted]]
    if change.kind in ("rows", "entries"):
        assert change.total == 1


@pytest.mark.parametrize("name", gallery_names())
def test_one_change_of_a_gallery_program_is_named(name: str) -> None:
    """In a learned program a planted change is found after a shuffle, whatever it is."""
    program = load(name)
    for seed in range(3):
        fault = plant(program, seed)
        assert fault is not None
        other, number = shuffled(fault.program, seed)
        (part,) = diff(program, other, limit=100).changed
        assert part.name == other.names[number[fault.branch.part.variable]]
        assert len(part.changes) == 1


def test_parts_are_changed_added_and_removed() -> None:
    """A head that goes is removed, one that comes is added, and what reads them says so."""
    program = reverse_program()
    head = NumericalHead(1, 1, 2, Compare("<"), name="before")
    longer = replace(program, operations=(*program.operations, head))
    found = diff(program, longer)
    assert [(part.status, part.name) for part in found.changed] == [("added", "before")]
    back = diff(longer, program)
    assert [(part.status, part.name) for part in back.changed] == [("removed", "before")]
    assert back.same_behaviour
    assert back.exit_code() == 3
    assert back.exit_code(behaviour=True) == 0
    assert back.parts[-1].before is not None
    assert back.parts[-1].before.does == "key < query"


def test_a_renamed_part_shows_both_names() -> None:
    """A head that is the same but for its name is the same, and known by both."""
    program = hist_program()
    other = replace(
        program, operations=(replace(program.operations[0], name="mine"), program.operations[1])
    )
    part = diff(program, other).parts[3]
    assert part.renamed
    assert (part.before.name, part.name) == ("count_own", "mine")  # type: ignore[union-attr]


def test_two_changes_are_told_apart() -> None:
    """A head whose predicate and mask changed has two changes, and nothing that reads it has any."""
    program = hist_program()
    head = replace(program.operations[0], predicate=Constant(True), causal=True)  # type: ignore[arg-type]
    found = diff(program, replace(program, operations=(head, program.operations[1])))
    (part,) = found.changed
    assert [change.kind for change in part.changes] == ["rows", "mask"]


def test_the_whole_program_is_compared() -> None:
    """Domain, labels and the rules about them; the order of symbols says nothing, that of labels does."""
    domain = Domain(("a", "b"), 3, suffix="</s>")
    one = Program(domain, (), (), Classifier(("x", "y", "z"), ()))
    assert not whole_changes(one, replace(one, domain=replace(domain, symbols=("b", "a"))))
    other = Program(
        Domain(("b", "c"), None, 2, prefix=None, scored=("b",), unknown="c"),
        (),
        (),
        Classifier(("x", "z", "y"), (), masked=(2,), pooled=True),
    )
    found = whole_changes(one, other)
    assert Detail("symbol", "a", "") in found
    assert Detail("symbol", "", "c") in found
    assert Detail("least length", "1", "2") in found
    assert Detail("greatest length", "3", "none") in found
    assert Detail("prefix", "<s>", "none") in found
    assert Detail("suffix", "</s>", "none") in found
    assert Detail("unknown words are read as", "none", "c") in found
    assert Detail("scored symbols", "a b", "b") in found
    assert Detail("order of labels", "x y z", "x z y") in found
    assert Detail("label that cannot be predicted", "", "y") in found
    assert Detail("labels", "one for each symbol", "one for the input") in found
    forced = replace(one, classifier=Classifier(("x", "w"), (), first="s", last="e"))
    assert Detail("label forced at the prefix", "none", "s") in whole_changes(one, forced)
    assert Detail("label", "", "w") in whole_changes(one, forced)


def test_programs_that_read_nothing_in_common_are_compared_in_structure() -> None:
    """The answers cannot be compared, which is said; the parts still are."""
    found = diff(hist_program(), hist_program(("x", "y")), names=("left", "right"))
    assert found.behaviour is None
    assert found.same_behaviour is False
    assert found.exit_code(behaviour=True) == 3
    assert found.to_json()["incomparable"] == found.incomparable


def test_a_sample_leaves_the_answers_undecided() -> None:
    """Other structure and no other answer in a sample is exit code 4 for the answers alone."""
    program = reverse_program()
    extra = NumericalHead(1, 1, 2, Compare("<"))
    longer = replace(program, operations=(*program.operations, extra))
    found = diff(program, longer, limit=10)
    assert found.same_behaviour is None
    assert (found.exit_code(), found.exit_code(behaviour=True)) == (3, 4)
    # The same program gives the same answers, however few inputs are tried.
    same = diff(program, program, limit=10)
    assert same.exit_code(behaviour=True) == 0
    assert same.behaviour == SAME_PROGRAM


def test_json_holds_everything() -> None:
    """The JSON values can be written, and count the parts."""
    one, other = large_program(seed=1, layers=1), large_program(seed=2, layers=1)
    found = diff(one, other, names=("one", "other")).to_json()
    assert json.loads(json.dumps(found))["format"] == 1
    assert sum(found["counts"].values()) == len(found["parts"])
    assert found["behaviour"]["differing_inputs"] > 0
