"""What changed from a part to its partner."""

from dataclasses import replace

from example_programs import hist_program, reverse_program

from tprog.analysis.diff.changes import Change, Detail, compare
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    KeyIn,
    Naturals,
    Nearest,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    TextRule,
    Tokens,
    WordTable,
)


def changed(program: Program, place: int, **fields: object) -> Program:
    operations = list(program.operations)
    operations[place] = replace(operations[place], **fields)  # type: ignore[arg-type]
    return replace(program, operations=tuple(operations))


def between(one: Program, other: Program, number: int) -> tuple[Change, ...]:
    same = {variable: variable for variable in range(len(one.variables))}
    return compare(one, number, other, number, same)


def single(one: Program, other: Program, number: int) -> Change:
    found = between(one, other, number)
    assert len(found) == 1, found
    return found[0]


def test_nothing_changes_from_a_part_to_itself() -> None:
    """A Program beside itself has no changes."""
    program = reverse_program()
    assert not any(between(program, program, number) for number in range(6))


def test_a_read_is_named_by_its_role() -> None:
    """A head that looks for another key says which, and a look-up which argument."""
    program = reverse_program()
    found = between(program, changed(program, 2, key=4), 5)
    assert found == (Change("reads", 1, None, (Detail("key", "positions", "mirror"),)),)
    lookup = changed(program, 1, arguments=(3, 3))
    assert between(program, lookup, 4)[0].details == (Detail("argument 1", "positions", "end"),)


def test_a_row_is_named_by_its_query_value() -> None:
    """Of a predicate only the rows that want other keys are told."""
    program = hist_program()
    rows = ((0,), (1,), (1, 2), ())
    found = single(program, changed(program, 0, predicate=Table(rows)), 3)
    assert (found.kind, found.total, found.of) == ("rows", 2, 4)
    assert found.details == (
        Detail("tokens == b", "b", "a b"),
        Detail("tokens == c", "c", "no key"),
    )


def test_the_same_rows_written_otherwise_are_another_form() -> None:
    """A comparison that became its table is told as such, and no row."""
    program = hist_program()
    table = Table(((0,), (1,), (2,), (3,)))
    found = single(program, changed(program, 0, predicate=table), 3)
    assert found == Change("form", 1, None, (Detail("the same rows", "key == query", "a table"),))


def test_predicates_without_an_end_are_told_in_words() -> None:
    """Where rows cannot be listed the written forms stand side by side."""
    domain = Domain(("a",), None)
    head = CategoricalHead(1, 1, 0, Compare("==", offset=-1))
    one = Program(domain, (Tokens(), Positions()), (head,), Classifier(("x",), ()))
    assert isinstance(one.values[1], Naturals)
    for predicate, text in (
        (Compare("<"), "key < query"),
        (Constant(True), "every key"),
        (KeyIn((0, 2)), "key in {0, 2}"),
    ):
        found = single(one, changed(one, 0, predicate=predicate), 2)
        assert found.details == (Detail("wants", "key == query - 1", text),)


def test_tie_break_and_mask_are_told() -> None:
    """How a head chooses and how far it looks are changes of their own."""
    program = reverse_program()
    first = single(program, changed(program, 0, tie=First()), 3)
    assert first.details == (Detail("", "nearest, itself last", "first"),)
    ranked = single(program, changed(program, 0, tie=Nearest("matches")), 3)
    assert "number of matches" in ranked.details[0].after
    assert single(program, changed(program, 0, causal=True), 3).kind == "mask"


def test_a_table_entry_is_named_by_its_arguments() -> None:
    """Of a table only the entries that changed are told, whatever order the arguments are in."""
    program = reverse_program()
    lookup = program.operations[1]
    assert isinstance(lookup, CategoricalLookup)
    table = (lookup.table[0], 3, *lookup.table[2:])
    found = single(program, changed(program, 1, table=table), 4)
    assert (found.kind, found.total, found.of) == ("entries", 1, 36)
    assert found.details == (Detail("positions == 0 and end == 1", "1", "3"),)
    turned = tuple(table[row * 6 + column] for column in range(6) for row in range(6))
    exchanged = changed(program, 1, table=turned, arguments=(3, 1))
    assert single(program, exchanged, 4).details == found.details


def test_tables_without_a_common_row_are_told_as_such() -> None:
    """A look-up that reads a variable of wholly other values has no entry in common with what it was."""
    domain = Domain(("a", "b"), 2, prefix=None)
    inputs = (Tokens(), WordTable(FiniteValues((7, 8)), (0, 1)))
    values = FiniteValues((0, 1))
    one = Program(
        domain, inputs, (CategoricalLookup((0,), values, (0, 1)),), Classifier(("x",), ())
    )
    found = between(one, changed(one, 0, arguments=(1,)), 2)
    assert [change.kind for change in found] == ["reads", "entries"]
    assert found[1].details == (Detail("nothing in common", "2 entries", "2 entries"),)


def test_a_box_is_named_by_its_bounds() -> None:
    """Where the boxes are the same, those with other values are told."""
    program = hist_program()
    boxes = (Rectangle(((1, 1),), 3), *program.operations[1].rectangles[1:])  # type: ignore[union-attr]
    found = single(program, changed(program, 1, rectangles=boxes), 4)
    assert found == Change("boxes", 1, None, (Detail("count_own == 1", "1", "3"),))
    default = single(program, changed(program, 1, default=4), 4)
    assert default.details == (Detail("else", "0", "4"),)


def test_other_boxes_are_told_by_their_points() -> None:
    """Where the boxes are others, the points that differ are gathered into ranges."""
    program = hist_program()
    found = single(program, changed(program, 1, rectangles=(), default=2), 4)
    assert found.details == (
        Detail("count_own == 0", "0", "2"),
        Detail("count_own == 1", "1", "2"),
        Detail("count_own == 3", "3", "2"),
        Detail("count_own >= 4", "4", "2"),
    )


def test_the_same_function_in_other_boxes_is_another_form() -> None:
    """Boxes that leave every point as it was are written otherwise, and change nothing."""
    program = hist_program()
    lookup = program.operations[1]
    assert isinstance(lookup, NumericalLookup)
    idle = (*lookup.rectangles, Rectangle(((2, 3),), 1))
    found = single(program, changed(program, 1, rectangles=idle), 4)
    assert found.details == (Detail("the same function", "4 boxes, caps 4", "5 boxes, caps 4"),)


def test_another_number_of_arguments_is_told_with_the_sizes() -> None:
    """Tables of other shapes are not laid over each other."""
    program = hist_program()
    values = FiniteValues(tuple(range(5)))
    wider = NumericalLookup((3, 2), values, (4, 4), (), 0)
    found = between(program, replace(program, operations=(program.operations[0], wider)), 4)
    assert [change.kind for change in found] == ["reads", "entries"]


def test_values_that_come_and_go_are_told() -> None:
    """A look-up that can write another value says so."""
    program = hist_program()
    found = between(program, changed(program, 1, values=FiniteValues((0, 1, 2, 3, 9))), 4)
    assert found[0].kind == "values"
    assert found[0].details == (Detail("value", "4", ""), Detail("value", "", "9"))


def test_words_and_rules_are_told() -> None:
    """Input variables change too: a word's value, a rule's size, its rest and its values."""
    domain = Domain(("a", "b"), 2, prefix=None)
    values = FiniteValues(("x", "y"))
    inputs = (WordTable(values, (0, 1)), TextRule("prefix", values, 0, 1))
    one = Program(domain, inputs, (), Classifier(("x",), ()))
    words = replace(one, inputs=(WordTable(values, (1, 1)), inputs[1]))
    assert single(one, words, 0) == Change("words", 1, 2, (Detail("a", "x", "y"),))
    rule = replace(one, inputs=(inputs[0], TextRule("suffix", values, 1, 2)))
    assert [change.details[0] for change in between(one, rule, 1)] == [
        Detail("feature", "prefix 1", "suffix 2"),
        Detail("everything else", "x", "y"),
    ]
    more = replace(one, inputs=(inputs[0], TextRule("prefix", FiniteValues(("x", "z")), 0, 1)))
    assert single(one, more, 1).kind == "values"


def test_a_vote_is_named_by_value_and_label() -> None:
    """Of the votes only those that changed are told, and votes of 0 are none."""
    program = hist_program()
    vote = program.classifier.votes[0]
    assert isinstance(vote, CategoricalVotes)
    rows = (*vote.weights[:2], (0, 0, 10, 0, -4), *vote.weights[3:])
    classifier = replace(program.classifier, votes=(CategoricalVotes(4, rows),))
    found = single(program, replace(program, classifier=classifier), 4)
    assert found == Change("votes", 1, 25, (Detail("2 for 4", "+0", "-4"),))
    silent = CategoricalVotes(0, ((0,) * 5,) * 4)
    zero = replace(program.classifier, votes=(*program.classifier.votes, silent))
    assert not between(program, replace(program, classifier=zero), 0)


def test_a_numerical_variable_votes_per_unit() -> None:
    """Votes of a count are told per unit."""
    program = hist_program()
    assert isinstance(program.inputs[2], Ones)
    votes = (*program.classifier.votes, NumericalVotes(2, (0, 1, 0, 0, 0)))
    classifier = replace(program.classifier, votes=votes)
    found = single(program, replace(program, classifier=classifier), 2)
    assert found.details == (Detail("per unit for 1", "+0", "+1"),)
