"""The page of one input, step by step."""

from dataclasses import replace

import pytest
from example_programs import hist_program, large_program, reverse_program
from terminal import printed as lines_of

from tprog.analysis.explain.explain import explain
from tprog.analysis.show.explanation import explanation_page
from tprog.ir import Program


def printed(program: Program, tokens: str, width: int, expected: str | None = None) -> list[str]:
    """Return the lines of an explanation on a terminal that is `width` columns wide."""
    found = explain(program, list(tokens), None if expected is None else list(expected))
    return lines_of(explanation_page(found, width), width)


def test_values_looks_and_predictions_stand_under_their_position() -> None:
    """A column holds everything of its position."""
    lines = printed(reverse_program(), "ab", 100)
    assert lines[0].split() == ["position", "0", "1", "2", "3"]
    assert lines[1].split() == ["token", "<s>", "a", "b", "</s>"]
    wanted = [
        "mirrored_token   </s>   b   a   <s>  q mirror, k positions, v tokens",
        "  attends          →3  →2  →1    →0    key == query",
        "prediction              b   a",
        "       1  a      b          <s>          10  mirrored_token=b +10",
    ]
    for line in wanted:
        assert line in lines


def test_the_inputs_that_the_heading_shows_are_not_repeated() -> None:
    """Tokens, positions and ones have no row of their own."""
    lines = printed(hist_program(), "aba", 80)
    assert not any(line.startswith(("tokens ", "positions ", "ones ")) for line in lines)


def test_a_wrong_label_is_shown_with_the_right_one() -> None:
    """With the truth there is a column for it."""
    lines = printed(reverse_program(), "ab", 100, expected="bc")
    assert lines[-2:] == [
        "       1  a      b          b      <s>          10  mirrored_token=b +10",
        "       2  b      a          c      c            10  mirrored_token=a +10",
    ]


@pytest.mark.parametrize("width", [50, 80, 120])
def test_nothing_is_cut_off_or_wrapped(width: int) -> None:
    """Positions that do not fit side by side go on in a further block, and every line keeps to the width."""
    lines = printed(reverse_program(longest=14), "abcbabcbaccabb", width)
    assert all(len(line) <= width for line in lines)
    headings = [line for line in lines if line.startswith("position  ") and "token" not in line]
    shown = [number for line in headings for number in line.split()[1:] if number.isdigit()]
    assert shown == [str(position) for position in range(16)]
    assert sum("→1 " in f"{line} " for line in lines) >= 1


def test_many_contributions_break_between_them() -> None:
    """The strongest are named, the rest is added up, and no line breaks inside one."""
    lines = printed(large_program(2, 4, 2), "01234", 80)
    start = next(i for i, line in enumerate(lines) if "votes that decide" in line)
    told = lines[start + 1 :]
    assert any("more" in line for line in told)
    assert all(len(line) <= 80 for line in told)
    assert all(line.split()[-1].strip(",").lstrip("+-").replace(",", "").isdigit() for line in told)


def test_a_pooled_program_has_one_prediction_for_the_whole_input() -> None:
    """There is no row of predictions, and one line of votes without a position."""
    program = hist_program()
    pooled = replace(program, classifier=replace(program.classifier, pooled=True))
    lines = printed(pooled, "aba", 80)
    assert not any(line.startswith("prediction") for line in lines)
    assert lines[-2].split()[:3] == ["predicted", "against", "margin"]
    # Four positions: the prefix and b stand alone, a stands twice; the earlier label wins the tie.
    assert lines[-1].split()[:3] == ["1", "2", "0"]
