"""`tprog export`."""

import json
from pathlib import Path

from published_imports import run_folder
from terminal import one_line, small_hist, tprog, write_program


def test_a_program_becomes_a_network_that_verify_takes(tmp_path: Path) -> None:
    """The written file is compared with the program once more by `verify`."""
    program = str(write_program(tmp_path, small_hist()))
    out = str(tmp_path / "weights.safetensors")
    finished = tprog("export", program, "--out", out)
    assert finished.code == 0
    assert "every one of 120 inputs" in finished.out
    assert tprog("verify", program, "--against", out).code == 0
    assert "--force" in one_line(tprog("export", program, "--out", out))
    found = json.loads(tprog("export", program, "--out", out, "--force", "--json").out)
    assert found["agreement"]["outcome"] == "equal"


def test_a_published_run_goes_round(tmp_path: Path) -> None:
    """A run is imported, exported, and imported again as the same labels."""
    run = run_folder(tmp_path / "run")
    assert tprog("import", str(run), "--out", str(tmp_path / "one")).code == 0
    again = str(tmp_path / "again")
    assert tprog("export", str(tmp_path / "one"), "--published", "--out", again).code == 0
    assert tprog("import", again, "--out", str(tmp_path / "two")).code == 0
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    assert tprog("verify", two, "--against", one).code == 0


def test_what_the_published_modules_lack_is_named(tmp_path: Path) -> None:
    """A head that wants several keys ends in one line with its name."""
    finished = tprog("export", "sort", "--published", "--out", str(tmp_path / "out"))
    assert finished.code == 1
    assert "wants several keys" in one_line(finished)
    assert not (tmp_path / "out").exists()


def test_an_ordinary_transformer_is_what_verify_takes(tmp_path: Path) -> None:
    """The folder is compared with the program once more by `verify`; it is replaced only when asked."""
    program = str(write_program(tmp_path, small_hist()))
    out = str(tmp_path / "folder")
    finished = tprog("export", program, "--transformer", "-o", out)
    assert finished.code == 0
    assert "every one of 120 inputs" in finished.out
    assert "inverse temperature" in finished.out
    assert tprog("verify", program, "--against", out).code == 0
    assert "--force" in one_line(tprog("export", program, "--transformer", "-o", out))
    found = json.loads(
        tprog("export", program, "--transformer", "-o", out, "--force", "--json").out
    )
    assert found["agreement"]["outcome"] == "equal"
    assert found["checked"]["margin"] > 0
    assert tprog("export", program, "--transformer", "--published").code == 2
