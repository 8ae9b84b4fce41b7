"""Paths as text."""

from pathlib import PurePosixPath

from tprog.published.paths import ATTRIBUTES, FUNCTIONS, added, called, divided

HERE = PurePosixPath("/a/b/p.py")


def test_paths_are_put_together_without_a_disk() -> None:
    """What `os.path` and `pathlib` do with text is done, and nothing else."""
    assert FUNCTIONS["join"](FUNCTIONS["dirname"](str(HERE)), "w.csv") == "/a/b/w.csv"
    assert called(HERE, "with_name", ["w.csv"]) == PurePosixPath("/a/b/w.csv")
    assert called(HERE, "with_suffix", [".csv"]) == PurePosixPath("/a/b/p.csv")
    assert called(HERE.parent, "joinpath", ["x", "y"]) == PurePosixPath("/a/b/x/y")
    assert called(HERE, "resolve", []) == HERE
    assert called(HERE, "with_name", ["a/b"]) is None
    assert called(HERE, "unlink", []) is None
    assert called(HERE, "read_text", []) is None
    assert {"parent", "name"} <= ATTRIBUTES


def test_only_texts_are_added_and_only_paths_divide() -> None:
    """Everything else has no meaning here."""
    assert added("a", "b") == "ab"
    assert added("a", 1) is None
    assert divided(HERE.parent, "w.csv") == PurePosixPath("/a/b/w.csv")
    assert divided("a", PurePosixPath("b")) == PurePosixPath("a/b")
    assert divided("a", "b") is None
    assert divided(HERE, 1) is None
