"""The figure of what `tprog train` does: `python -m experiments.training_figure` writes docs/images/training.svg."""

from pathlib import Path

from tprog.analysis.show.graph.rendering import lay_out
from tprog.files import write_text

TARGET = Path(__file__).resolve().parents[2] / "docs" / "images" / "training.svg"

DOT = """digraph {
  rankdir=LR; nodesep=0.25; ranksep=0.45; bgcolor="white"
  node [shape=box style="rounded,filled" fillcolor="#f3f5f8" color="#8793a5" fontname="Helvetica" fontsize=11 margin="0.14,0.09"]
  edge [color="#5b6675" fontname="Helvetica" fontsize=10 fontcolor="#3a4350"]
  data [label="examples" shape=plain style=""]
  synthesis [label="synthesis\\nRASP, the shortest first" fillcolor="#e3edfb"]
  compiled [label="compiled,\\ncompared with its RASP" fillcolor="#e3edfb"]
  warm [label="gradient\\nwarm starts"]
  search [label="discrete\\nsearch"]
  distil [label="distillation\\nsynthesis with what\\nthe network computes" fillcolor="#e3edfb"]
  program [label="program.py\\nalgorithm.rasp\\nweights" shape=note style=filled fillcolor="#fdf6e3"]
  data -> synthesis
  synthesis -> compiled [label="found"]
  compiled -> program
  synthesis -> warm [label="not found"]
  warm -> search -> distil
  distil -> program [label="the best"]
}
"""


def main() -> None:
    """Draw it."""
    write_text(TARGET, lay_out(DOT, "svg").decode())
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
