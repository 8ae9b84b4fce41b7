"""Comments of a file that is rewritten."""

from effort import scaled
from hypothesis import given, settings
from strategies import programs
from terminal import small_hist

from tprog.analysis.simplify.comments import with_comments
from tprog.analysis.simplify.simplify import simplify
from tprog.codegen import emit
from tprog.ir import Program
from tprog.reader import read_source


def commented(source: str, **at: str) -> str:
    """Return a file with a comment of its own above, or beside, each line that begins as given."""
    lines = []
    for line in source.splitlines():
        for kind, start in at.items():
            if line.strip().startswith(start):
                if kind.startswith("above"):
                    lines.append(" " * (len(line) - len(line.lstrip())) + f"# mine, {kind}")
                else:
                    line += f"  # mine, {kind}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def test_comments_stay_where_they_stood() -> None:
    """Above, in and beside functions that stay, in `run` and before the docstring: each comment keeps its line."""
    program = small_hist()
    source = commented(
        emit(program),
        above_title='"""hist',
        above_head="def count_own",
        beside_return="return key == token",
        above_loop="for name, values",
        beside_prefix="PREFIX",
    )
    read = read_source(source)
    short = simplify(read).program
    assert short != read
    after = with_comments(source, read, emit(short))
    assert read_source(after) == short
    lines = [line.strip() for line in after.splitlines()]
    assert lines[0] == "# mine, above_title"
    assert lines[lines.index("# mine, above_head") + 1].startswith("def count_own")
    assert "return key == token  # mine, beside_return" in lines
    assert lines[lines.index("# mine, above_loop") + 1].startswith("for name, values")
    assert sum("# mine" in line for line in lines) == 5


def test_comments_of_what_is_gone_go() -> None:
    """A comment in a look-up that was removed does not turn up elsewhere."""
    program = small_hist()
    source = commented(emit(program), above_lookup="def own_count")
    read = read_source(source)
    after = with_comments(source, read, emit(simplify(read).program))
    assert "own_count" not in after
    assert "# mine" not in after


@settings(max_examples=scaled(15))
@given(programs())
def test_a_file_without_comments_of_its_own_stays_as_it_is_written(program: Program) -> None:
    """What `emit` writes has no comments that would be carried along twice."""
    source = emit(program)
    assert with_comments(source, program, source) == source
