"""The command that repeats a command."""

import pytest
import typer
from typer.testing import CliRunner

from tprog.cli.again import again


def repeated(*words: str, changed: dict[str, object], dropped: tuple[str, ...] = ()) -> str:
    """Return what `again` writes of a small command."""
    found = []
    app = typer.Typer(add_completion=False)

    @app.command("learn")
    def command(
        context: typer.Context,
        task: str | None = typer.Argument(None),
        seed: int = 3,
        stop_epochs: str = "",
        quick: bool = False,
    ) -> None:
        found.append(again(context, changed, dropped))

    @app.command("other")
    def other() -> None: ...

    result = CliRunner().invoke(app, ["learn", *words])
    assert result.exit_code == 0, result.output
    return str(found[0])


@pytest.mark.parametrize(
    ("words", "changed", "text"),
    [
        (("sort",), {}, "tprog learn sort"),
        (("--seed", "5", "my task", "--quick"), {}, "tprog learn 'my task' --seed 5 --quick"),
        (("sort",), {"seed": 7}, "tprog learn sort --seed 7"),
        (("sort", "--seed", "1"), {"seed": 7}, "tprog learn sort --seed 7"),
        (("sort",), {"stop_epochs": (3, 0)}, "tprog learn sort --stop-epochs 3,0"),
        (("--quick",), {"quick": False}, "tprog learn"),
    ],
)
def test_what_was_typed_is_repeated_with_changes(
    words: tuple[str, ...], changed: dict[str, object], text: str
) -> None:
    """Typed arguments and options are repeated, quoted where needed; changes replace or add to them."""
    assert repeated(*words, changed=changed) == text


def test_what_is_dropped_is_left_out() -> None:
    """A dropped option is not repeated."""
    assert repeated("sort", "--seed", "5", changed={}, dropped=("seed",)) == "tprog learn sort"
