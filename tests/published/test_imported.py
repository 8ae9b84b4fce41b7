"""What reading yields."""

from pathlib import Path

from tprog.ir import Classifier, Domain, Program
from tprog.published import Example, Imported


def test_results_are_values() -> None:
    """Two results with equal parts are equal and can be kept in a set."""
    program = Program(Domain(("a",), 1), (), (), Classifier(("x",), ()))
    one, other = (
        Imported(program, ("n",), (), (Example(("<s>", "a"), ("<pad>", "x")),), (Path("p.py"),))
        for _ in range(2)
    )
    assert len({one, other}) == 1
