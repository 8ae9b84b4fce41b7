"""`run` computes each variable on a line of its own."""

from dataclasses import replace

from emitted import block
from example_programs import hist_program, reverse_program

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.codegen import emit, run
from tprog.codegen.nodes import Statement
from tprog.ir import ByScore, CategoricalHead, NumericalHead, NumericalVotes, Program, Tokens
from tprog.reader import read_source


def variable_lines(program: Program) -> list[Statement]:
    """The lines of variables, each of which has a function of its own."""
    return run.variable_lines(program, program.names[len(program.inputs) :])


def run_function(program: Program) -> Statement:
    return run.run_function(program, False, program.names[len(program.inputs) :])


def test_each_variable_has_a_line() -> None:
    """A line shows which variables are query, key and value."""
    assert block(variable_lines(reverse_program())).splitlines() == [
        "x.tokens = words",
        "x.positions = list(range(len(words)))",
        "x.ones = [1] * len(words)",
        "x.end = attend(end, x.tokens, x.tokens, x.positions)",
        "x.mirror = list(map(mirror, x.positions, x.end))",
        "x.mirrored_token = attend(mirrored_token, x.mirror, x.positions, x.tokens)",
    ]


def test_scores_follow_the_head() -> None:
    """A head that chooses by score names its scores."""
    program = reverse_program()
    end = program.operations[0]
    assert isinstance(end, CategoricalHead)
    scored = replace(end, tie=ByScore(((0,) * 5,) * 5), causal=True)
    changed = Program(
        program.domain, program.inputs, (scored, *program.operations[1:]), program.classifier
    )
    assert "x.end = attend_best_past(end, END_SCORES, x.tokens, x.tokens, x.positions)" in block(
        variable_lines(changed)
    )


def test_notes_of_inputs_stand_above_their_line() -> None:
    """An input without a function carries its notes in `run`."""
    program = hist_program()
    noted = Program(
        program.domain,
        (Tokens(notes=("Letters.",)), *program.inputs[1:]),
        program.operations,
        program.classifier,
    )
    assert "    # Letters.\n    x.tokens = words\n" in block([run_function(noted)])


def test_the_docstring_says_what_is_labelled() -> None:
    """A pooled program labels the whole input."""
    program = hist_program()
    assert "Label each token" in block([run_function(program)])
    pooled = replace(program.classifier, pooled=True)
    whole = Program(program.domain, program.inputs, program.operations, pooled)
    assert "Label the whole input" in block([run_function(whole)])


def test_heads_that_want_the_same_share_a_function() -> None:
    """It is written once, keeps the name of the first head, and is read back as the predicate of each."""
    program = hist_program()
    own, *others = program.operations
    assert isinstance(own, NumericalHead)
    other = replace(own, name="so_far", causal=True)

    def ending_in(last: NumericalHead) -> Program:
        votes = (*program.classifier.votes, NumericalVotes(5, (1, 0, 0, 0, 0)))
        classifier = replace(program.classifier, votes=votes)
        operations = (own, *others, last)
        return Program(program.domain, program.inputs, operations, classifier)

    shared = ending_in(other)
    text = emit(shared)
    assert "count_past(count_own, " in text
    assert "def so_far" not in text
    again = read_source(text)
    assert again == shared
    assert again.names == shared.names
    assert EmittedProgram(shared).call("so_far", "a", "a")
    for apart in (replace(other, notes=("One.",)), replace(other, layer=1)):
        assert "def so_far" in emit(ending_in(apart))
