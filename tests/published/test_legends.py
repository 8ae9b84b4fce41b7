"""What the embedding codes of imported text programs mean is told by the words that have them, and votes in few digits."""

import os
from pathlib import Path

import pytest
from published.written import write
from terminal import tprog

from tprog.analysis.explain.text import verdict_lines
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Positions,
    Program,
    Table,
    WordTable,
)
from tprog.published.program import read_published

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
BIG = 10**9 + 1


def worded() -> Program:
    """A program over words: a table of codes, a head that fetches the first word's, and a look-up on both."""
    codes = FiniteValues((0, 1, 2))
    table = WordTable(codes, (0, 1, 2, 2, 0), name="var0_embeddings")
    head = CategoricalHead(0, 0, 1, Table(((1,),) * 4), name="attn_0_0")
    lookup = CategoricalLookup((1, 2), FiniteValues((0, 1)), (0,) * 8 + (1,), name="mlp_0_0")
    votes = (
        CategoricalVotes(0, ((0, 0),) * 4),
        CategoricalVotes(1, ((0, 0), (BIG, 0), (0, 2 * BIG))),
        CategoricalVotes(3, ((0, 0), (0, 3 * BIG))),
    )
    domain = Domain(("rain", "Rome", "Oslo", "<unk>"), 3, unknown="<unk>")
    return Program(domain, (Positions(), table), (head, lookup), Classifier(("O", "LOC"), votes))


def test_an_import_is_explained_by_words(tmp_path: Path) -> None:
    """A code is told by the words that have it, a look-up by what it reads, votes in a unit that the legend names."""
    found = read_published(write(worded(), tmp_path, enums=True)).program
    lines = list(verdict_lines(found, ["Rome", "rain", "Oslo"]))
    assert lines[0] == "Rome: LOC, rather than O"
    assert lines[1].startswith("  +300  mlp_0_0 is 1, since var0_embeddings of 'Rome' is ")
    assert lines[2].endswith("of 'Rome' is Emb0.V02, as of 'Oslo'")
    legend = tprog("text", "legend", str(tmp_path / "program.py"))
    assert "Emb0.V02: Rome, Oslo" in legend.out
    assert "What speaks most for each label (votes in units of 10^7):" in legend.out
    assert "LOC: mlp_0_0 1 +150; var0_embeddings Emb0.V02 (Rome, Oslo) +100\n" in legend.out


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published programs")
@pytest.mark.parametrize(
    ("which", "text", "says", "code"),
    [
        ("conll/conll_ner.py", "he lives in Bonn", "Bonn: LOC, rather than ", "Emb1.V30: Germany"),
        ("trec/trec.py", "Who was it ?", "Who was it ?: HUM, rather than ", "Emb3.V13: many, When"),
    ],
)
def test_published_texts_are_explained(which: str, text: str, says: str, code: str) -> None:
    """Both published text programs say why, and what their codes mean."""
    (path,) = sorted(Path(REFERENCE).resolve().rglob(f"programs/{which}"))[:1]
    explained = tprog("run", str(path), "--explain", "--input", text)
    assert any(line.startswith(says) for line in explained.out.splitlines()), explained
    assert ", as of '" in explained.out
    assert code in tprog("text", "legend", str(path)).out
