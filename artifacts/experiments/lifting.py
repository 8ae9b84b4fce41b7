"""How much of the published programs is an algorithm: each is simplified and lifted to RASP.

`python -m experiments.lifting FOLDER` takes the folder `programs` of the published repository and prints one table. With `--compile` the
lifted forms are compiled again and compared, which takes hours where many tables are left.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tprog.analysis.simplify.simplify import simplify
from tprog.errors import TprogError
from tprog.ir import Program
from tprog.locate import load
from tprog.rasp.compile import compile_graph
from tprog.rasp.lift import Lifted, lift
from tprog.stopping import stopper

KINDS = ("rasp", "rasp_categorical_only")
SECONDS = 60.0  # for each of simplifying and naming


@dataclass(frozen=True, slots=True)
class Row:
    """One published program.

    Attributes:
        name: its folder.
        modules: its heads and look-ups before and after it was simplified.
        lifted: what was lifted.
        again: what compiling that gives, in words; empty where it was not asked for.
    """

    name: str
    modules: tuple[int, int]
    lifted: Lifted
    again: str

    def __str__(self) -> str:
        found = self.lifted
        every = "all" if found.exhaustive else "a sample of"
        named = f"{found.named} of {found.total}"
        sizes = " → ".join(map(str, self.modules))
        return f"| {self.name} | {sizes} | {named} | {every} {found.inputs:,} | {self.again} |"


def rows(folder: Path, seconds: float, again: bool) -> Iterator[Row]:
    """Yield what lifting makes of each published program."""
    for path in sorted(one for kind in KINDS for one in folder.glob(f"{kind}/*/*.py")):
        whole = load(path)
        program = simplify(whole, sampled=False, seconds=seconds).program
        with stopper(seconds=seconds) as stop:
            lifted = lift(program, stop, seconds)
        sizes = (len(whole.operations), len(program.operations))
        said = compiled(lifted, program) if again else ""
        yield Row(f"{path.parts[-3]}/{path.stem}", sizes, lifted, said)


def compiled(lifted: Lifted, program: Program) -> str:
    """Return on how many inputs the compiled form gives the same labels, or that it was refused."""
    try:
        found = compile_graph(lifted.output, domain=program.domain)
    except TprogError as refusal:
        return f"refused: {refusal.slug}"
    return f"equal on {found.inputs:,}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--compile", action="store_true")
    given = parser.parse_args()
    print("| program | modules, simplified | named | compared on | compiled again |")
    print("|---|---|---|---|---|")
    for row in rows(given.folder, given.seconds, given.compile):
        print(row, flush=True)


if __name__ == "__main__":
    main()
