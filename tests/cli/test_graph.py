"""`tprog graph`."""

from pathlib import Path

from sources import FORK
from terminal import one_line, small_hist, tprog, write_program

from tprog.analysis.show.source import FIRST_LINE


def test_every_format_is_written(tmp_path: Path) -> None:
    """The ending of the file chooses the format."""
    program = write_program(tmp_path, small_hist())
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}
    for ending, start in starts.items():
        path = tmp_path / f"picture.{ending}"
        assert tprog("graph", str(program), "-o", str(path)).code == 0
        assert path.read_bytes().lstrip().startswith(start)


def test_the_picture_goes_beside_the_program(tmp_path: Path) -> None:
    """Without --output an SVG is written beside the file."""
    program = write_program(tmp_path, small_hist())
    assert tprog("graph", str(program)).code == 0
    assert "count_own" in (tmp_path / "program.svg").read_text()


def test_an_unknown_format_is_bad_usage(tmp_path: Path) -> None:
    """A name without a format's ending writes nothing."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("graph", str(program), "-o", str(tmp_path / "picture.bmp"))
    assert finished.code == 2
    assert "picture.bmp" in one_line(finished)
    assert not (tmp_path / "picture.bmp").exists()


def test_of_a_file_that_is_no_program_the_source_is_drawn(tmp_path: Path) -> None:
    """A line on standard error says that the picture is a reading; without heads there is none."""
    fork, other = tmp_path / "fork.py", tmp_path / "other.py"
    fork.write_text(FORK)
    finished = tprog("graph", str(fork))
    assert finished.code == 0
    assert one_line(finished).startswith(FIRST_LINE)
    assert "same_outputs" in (tmp_path / "fork.svg").read_text()
    other.write_text("def f(x):\n    return x\n")
    assert tprog("graph", str(other)).code == 1
    assert not (tmp_path / "other.svg").exists()


def test_an_algorithm_is_drawn_on_an_input(tmp_path: Path) -> None:
    """With --rasp the heads of the RASP form are drawn by layer, with what they give on the input."""
    path = tmp_path / "sort.dot"
    assert tprog("graph", "sort", "--rasp", "--input", "3 1 2", "-o", str(path)).code == 0
    drawn = path.read_text()
    assert "layer 2" in drawn
    assert "smaller_tokens" in drawn
    finished = tprog("graph", "sort", "--rasp", "-o", str(path))
    assert one_line(finished).startswith("on ")
    assert "layer 2" in path.read_text() != drawn


def test_without_an_algorithm_beside_it_nothing_is_drawn(tmp_path: Path) -> None:
    """The error says which command writes one; an input is of no use without --rasp."""
    program, path = write_program(tmp_path, small_hist()), tmp_path / "picture.svg"
    finished = tprog("graph", str(program), "--rasp", "-o", str(path))
    assert finished.code == 2
    assert "tprog lift" in one_line(finished)
    assert tprog("graph", "sort", "--input", "3 1", "-o", str(path)).code == 2
    assert not path.exists()
