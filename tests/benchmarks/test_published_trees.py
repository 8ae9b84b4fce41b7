"""Every published program of a folder tree beside our reading of it: how many are read, why the others are not, and differences.

`TPROG_REFERENCE` names the tree, such as a folder of checkouts; `TPROG_REFERENCE_PYTHON` a Python with pandas. Each program
runs in a process of its own, without the examples at its end, in a copy of its files laid out as it names them.
"""

import ast
import os
import re
import shutil
import sys
import warnings
from collections import Counter
from pathlib import Path

import pytest
from own_process import OwnPandas
from published.test_program import known

from tprog.errors import TprogError
from tprog.evaluate import predict, sample_inputs
from tprog.published.assemble import Imported
from tprog.published.checkpoint import read_checkpoint
from tprog.published.files import published_places
from tprog.published.program import read_published
from tprog.published.sheets import LOST_TO_PANDAS

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
INPUTS = 30
SHOWN = (ast.For, ast.Expr, ast.If)  # what only runs examples


def laid_out(path: Path, found: Imported, folder: Path) -> Path:
    """Copy a program and its files to where the program looks for them; return the program."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # paths of Windows hold escapes that are none
        tree = ast.parse(path.read_bytes())
    sheets = {
        one.name.endswith("_embeddings.csv"): one for one in found.files if one.suffix == ".csv"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="read_csv"), args=[ast.Constant(value=str() as name)]
            ):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(sheets[name.endswith("_embeddings.csv")], target)
            case ast.ImportFrom(module=str() as module) if (
                module.split(".")[0] not in sys.stdlib_module_names
            ):
                target = folder / f"{module.replace('.', '/')}.py"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(next(one for one in found.files[1:] if one.suffix == ".py"), target)
            case _:
                pass
    tree.body = [one for one in tree.body if not isinstance(one, SHOWN)]
    program = folder / "program.py"
    program.write_text(ast.unparse(tree), encoding="utf-8")
    return program


def different(path: Path, found: Imported, folder: Path, python: OwnPandas) -> int:
    """Return on how many inputs Python answers otherwise."""
    program, domain = found.program, found.program.domain
    inputs = [
        domain.frame(tokens)
        for batch in sample_inputs(known(domain), 4 * INPUTS, seed=0)
        for tokens in (batch.data(row, domain) for row in range(len(batch)))
        # The published text programs cannot read these words of their own.
        if not LOST_TO_PANDAS.intersection(tokens)
    ][::3][:INPUTS]
    ran = python.run(laid_out(path, found, folder), inputs)
    wrong = 0
    for tokens, answer, labels in zip(inputs, ran.answers, predict(program, inputs), strict=True):
        if isinstance(answer, list) and not program.classifier.pooled:
            answer = answer[domain.data_slice(len(tokens))]
        if answer != labels:
            wrong += 1
            print(path, tokens, answer, labels, ran.module)
    return wrong


def reason(problem: str) -> str:
    """Return a refusal without what is of one file alone."""
    text = re.sub(r"^\S+?:\d+: ", "", problem)
    return re.sub(r"\S*_weights|blocks\.\S+|head \d+|\(\d+, \d+\)|'[^']*'", "…", text)[:110]


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published programs")
def test_what_is_imported_of_a_tree_is_what_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each folder of the tree, with the reasons for what is not read; 0 differences."""
    total = 0
    with OwnPandas() as python:
        for folder in sorted(one for one in Path(REFERENCE).resolve().iterdir() if one.is_dir()):
            counts: Counter[str] = Counter()
            reasons: Counter[str] = Counter()
            for path, run in published_places(folder):
                kind = "source" if run is None else "checkpoint"
                counts[kind] += 1
                try:
                    found = read_published(path) if run is None else read_checkpoint(path, run)
                except TprogError as error:
                    reasons[f"{kind}: {reason(str(error))}"] += 1
                    continue
                counts[f"{kind} read"] += 1
                if run is None:
                    wrong = different(path, found, tmp_path / "work", python)
                    counts["different"] += wrong > 0
            total += counts["different"]
            with capsys.disabled():
                print(
                    f"\n{folder.name}: {counts['source read']} of {counts['source']} programs and "
                    f"{counts['checkpoint read']} of {counts['checkpoint']} checkpoints read, {counts['different']} differ",
                    flush=True,
                )
                for why, number in reasons.most_common():
                    print(f"  {number:3} {why}")
    assert total == 0
