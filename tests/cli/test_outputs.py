"""What commands print with `--json` is what the documentation says of it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from json_schema import SCHEMA, schema, written
from published.test_program import small
from published.written import write
from published_imports import run_folder
from sources import FORK
from sweep_fakes import finished_store
from terminal import small_hist, tprog, write_program
from text.made_up import write_classes
from tracing import faulty_hist

from tprog.cli.main import command_line
from tprog.cli.outputs import OUTPUTS

# How each output is asked for; CAPITALS are made by the test.
ASKED = {
    "rasp INPUT": [
        ["rasp", "--expr", "sort(tokens, tokens)", "cab"],
        ["rasp", "--expr", "indices / 2", '[1, true, "x"]'],
    ],
    "rasp --cost": [["rasp", "--expr", "sort(tokens, tokens)", "--cost"]],
    "rasp --rasp-l": [
        ["rasp", "--expr", "cumsum(tokens == 'a')", "--rasp-l"],
        ["rasp", "--expr", "indices * 2", "--rasp-l"],
    ],
    "tasks": [["tasks"]],
    "text": [
        ["text", "classify", "--data", "QUESTIONS"],
        ["text", "classify", "--data", "QUESTIONS", "--published", "--epochs", "1"],
    ],
    "run": [["run", "sort", "3", "1"]],
    "run --explain": [["run", "sort", "3", "1", "--explain"], ["run", "GOOD", "a", "--explain"]],
    "analyze": [["analyze", "sort"], ["analyze", "GOOD"], ["analyze", "FAULTY"]],
    "analyze SOURCE": [["analyze", "FORK"]],
    "verify": [
        ["verify", "FAULTY"],
        ["verify", "GOOD", "--against", "GOOD"],
        ["verify", "hist", "--up-to", "2"],
    ],
    "verify --every-length": [
        ["verify", "indices % 2", one, "--every-length", "--vocab", "a"]
        for one in ("(indices + 2) % 2", "1", "length % 2")
    ],
    "diff": [["diff", "FAULTY", "PROGRAM"], ["diff", "sort", "hist"]],
    "trace": [
        ["trace", "FAULTY", "--count", "60"],
        ["trace", "FAULTY", "--count", "60", "--metric", "dstar"],
        ["trace", "PROGRAM", "--count", "20"],
    ],
    "circuits": [["circuits", "sort", "--inputs", "20"]],
    "circuits --input": [["circuits", "sort", "--inputs", "20", "--input", "3 1"]],
    "compile": [["compile", "tokens", "--vocab", "a,b", "--length", "2"]],
    "simplify": [["simplify", "GOOD", "--seconds", "2"]],
    "lift": [["lift", "GOOD", "--seconds", "2"]],
    "synth": [
        ["synth", "--task", "benchmarks.held_out_tasks:unique_task", "--seconds", "5"],
        ["synth", "--like", "GOOD", "--seconds", "0"],
        ["synth", "--regex", "(ab)*"],
    ],
    "synth --curriculum": [["synth", "--curriculum", "LESSONS", "--seconds", "1"]],
    "import": [["import", "GOOD", "-o", "FOLDER/one"], ["import", "RUN", "-o", "FOLDER/two"]],
    "import TREE": [["import", "TREE", "-o", "FOLDER/all"]],
    "results": [["results", "--store", "STORE"]],
    "results --against": [
        ["results", "--store", "STORE", "--where", "layers=2", "--against", "layers=1"]
    ],
    "export": [["export", "PROGRAM", "-o", "FOLDER/weights.safetensors"]],
}


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Return what stands for the words in capitals."""
    tree = tmp_path / "tree"
    tree.mkdir()
    good = write(small(), tree, "good")
    fork = tmp_path / "fork.py"
    fork.write_text(FORK)
    damaged = write(small(), tree, "damaged")
    damaged.write_text(damaged.read_text().replace("attn_0_0", "attn 0 0", 1))
    (tmp_path / "faulty").mkdir()
    lessons = tmp_path / "lessons.txt"
    lessons.write_text("hist:vocabulary=4,length=4\n")
    found = {
        "GOOD": good,
        "FORK": fork,
        "TREE": tree,
        "FOLDER": tmp_path,
        "RUN": run_folder(tmp_path / "run"),
        "PROGRAM": write_program(tmp_path, small_hist()),
        "LESSONS": lessons,
        "FAULTY": write_program(tmp_path / "faulty", faulty_hist()),
        "STORE": finished_store(tmp_path / "store"),
        "QUESTIONS": write_classes(tmp_path / "questions.tsv"),
    }
    return {word: str(path) for word, path in found.items()}


@pytest.mark.parametrize("command", ASKED)
def test_what_a_command_prints_is_what_the_schema_says(
    command: str, places: dict[str, str]
) -> None:
    """The real output has every field of the schema, no other, and its types; and is JSON to every reader."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    whole = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wanted: dict[str, Any] = {**whole, "$ref": f"#/$defs/{command}"}
    symbol = small().domain.symbols[0]
    for words in ASKED[command]:
        typed = [symbol if word == "a" else word for word in words]
        for word, path in places.items():
            typed = [one.replace(word, path) if one.startswith(word) else one for one in typed]
        finished = tprog(*typed, "--json")
        assert finished.code in (0, 1, 3, 4), finished
        jsonschema.validate(json.loads(finished.out, parse_constant=refuse), wanted)


def test_every_output_is_described_and_asked_for() -> None:
    """A command with --json stands in the list of outputs, every output is tried, and every field has a line."""
    group = typer.main.get_command(command_line())
    printing = {
        name
        for name, command in group.commands.items()  # type: ignore[attr-defined]  # It is a group.
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert {output.command.split()[0] for output in OUTPUTS} == printing
    assert set(ASKED) == {output.command for output in OUTPUTS}
    for name, found in schema()["$defs"].items():
        fields = found.get("properties") or found["items"]["anyOf"][0]["properties"]
        assert all(form.get("description") for form in fields.values()), name


def test_page_and_schema_are_fresh() -> None:
    """Both files are what the types make of them: `python tests/json_schema.py` writes them anew."""
    for path, text in written().items():
        assert path.read_text(encoding="utf-8") == text, path
