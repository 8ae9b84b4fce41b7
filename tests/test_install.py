"""What a user installs: the wheel holds everything, and names nothing that collides with a user's own files."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
            "--wheel-dir",
            str(folder),
            str(ROOT),
        ],
        check=True,
        cwd=folder,
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_the_gallery(wheel: Path) -> None:
    """Every source file is in the wheel, under `tprog/` alone."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info" not in name}
    assert all(name.startswith("tprog/") for name in names)
    for room, prefix in (("tprog", "tprog"), ("analysis", "tprog/analysis"), ("cli", "tprog/cli")):
        for path in (ROOT / room).rglob("*.py"):
            assert f"{prefix}/{path.relative_to(ROOT / room).as_posix()}" in names
    assert {
        "tprog/py.typed",
        "tprog/gallery/sort/program.py",
        "tprog/gallery/sort/manifest.json",
        *(
            f"tprog/analysis/show/report/{path.name}"
            for path in (ROOT / "analysis" / "show" / "report").iterdir()
            if path.is_file()
        ),
    } <= names


@pytest.mark.slow
def test_the_wheel_runs_beside_a_users_own_analysis(wheel: Path, tmp_path: Path) -> None:
    """A user's `analysis.py` and `cli.py` are theirs, and the gallery is found by name."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "analysis.py").write_text("MINE = 1\n")
    (tmp_path / "cli.py").write_text("raise SystemExit('wrong module')\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import analysis, tprog, tprog.analysis.prove.verify\n"
        "assert analysis.MINE == 1\n"
        f"assert tprog.__file__.startswith({str(site)!r}), tprog.__file__\n"
        "print(*tprog.load('sort').run(['3', '1', '2']))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 3
