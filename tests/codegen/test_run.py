"""`run` computes each variable on a line of its own."""

from dataclasses import replace

from emitted import block
from example_programs import hist_program, reverse_program

from tprog.codegen.run import run_function, variable_lines
from tprog.ir import ByScore, CategoricalHead, Program, Tokens


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
    assert "    # Letters.\n    x.tokens = words\n" in block([run_function(noted, stored=False)])


def test_the_docstring_says_what_is_labelled() -> None:
    """A pooled program labels the whole input."""
    program = hist_program()
    assert "Label each token" in block([run_function(program, stored=False)])
    pooled = replace(program.classifier, pooled=True)
    whole = Program(program.domain, program.inputs, program.operations, pooled)
    assert "Label the whole input" in block([run_function(whole, stored=False)])
