"""Expressions of `run`, followed without an input."""

import ast
from fractions import Fraction
from pathlib import Path, PurePosixPath

import pytest
from published.written import helpers

from tprog.errors import UnreadableSource
from tprog.ir import CategoricalHead, CategoricalLookup, Domain, NumericalHead
from tprog.published.assemble import Drafts, Scores
from tprog.published.expressions import Expressions
from tprog.published.functions import Helpers
from tprog.published.layout import read_layout
from tprog.published.modules import ModuleReader
from tprog.published.parsed import Enumeration, Member, PublishedSource
from tprog.published.sandbox import Budget, Sandbox
from tprog.published.sheets import Sheets, WordSheet, read_sheet
from tprog.published.values import (
    Abstract,
    AttentionValue,
    ColumnValue,
    ConstantValue,
    Item,
    Labels,
    Length,
    Located,
    Number,
    Several,
    TokenAt,
    VoteStage,
    Zipped,
)

TEXT = (
    "import os\nimport pandas as pd\nfrom pathlib import Path\n"
    + helpers()
    + """
def wants(q, k):
    return q == "a"

def table(a, b):
    return 1
"""
)
EMB = Enumeration("Emb0", {"V00": Member("Emb0", "V00"), "V01": Member("Emb0", "V01")})


@pytest.fixture
def following(tmp_path: Path) -> Expressions:
    (tmp_path / "w.csv").write_text(
        "feature,value,X,Y\ntokens,<s>,0,1\ntokens,a,1,0\npositions,0,0,0\nones,_,2,3\n"
    )
    (tmp_path / "e.csv").write_text("word,var0\n<s>,0\na,1\n")
    source = PublishedSource(TEXT, str(tmp_path / "p.py"))
    layout = read_layout(source, tmp_path / "p.py")
    tables = Sheets(source, tmp_path / "p.py")
    tables.read(ast.parse("0").body[0], "w.csv", {"index_col": [0, 1]})
    assert tables.weights is not None
    drafts = Drafts(Domain(("a",), 2))
    modules = ModuleReader(source, drafts, Sandbox(source, {}, Budget(10_000)), tables)
    names: dict[str, Abstract] = {
        "Emb0": EMB,
        "tokens": ColumnValue(Item(drafts.tokens(), drafts.domain.alphabet)),
        "words": WordSheet(read_sheet(tmp_path / "e.csv"), "word"),
        "weights": tables.weights,
    }
    return Expressions(source, layout, tables, modules, Helpers(source, 3), frozenset(names), names)


def follow(expressions: Expressions, text: str) -> Abstract:
    statement = ast.parse(text).body[0]
    assert isinstance(statement, ast.Expr)
    return expressions.evaluate(statement.value)


def test_lists_with_an_entry_for_each_position_are_columns(following: Expressions) -> None:
    """Positions, constants and texts of every token are functions of a position's value."""
    tokens, positions = following.modules.drafts.tokens(), following.modules.drafts.positions()
    assert follow(following, "len(tokens)") == Length()
    assert follow(following, "list(range(len(tokens)))") == ColumnValue(Item(positions, (0, 1, 2)))
    assert follow(following, "[1 for _ in range(len(tokens))]") == ColumnValue(ConstantValue(1))
    pairs = follow(following, '[("t", str(v)) for v in range(len(tokens))]')
    assert pairs == ColumnValue(Item(positions, (("t", "0"), ("t", "1"), ("t", "2"))))
    assert follow(following, '[f"V{i:02}" for i in range(len(tokens))]') == ColumnValue(
        Item(positions, ("V00", "V01", "V02"))
    )
    entry = Item(tokens, ("<s>", "a"))
    assert follow(following, "zip(tokens, tokens)") == Zipped((entry, entry))
    assert follow(following, "[1, 'x', None, -2]") == Several(
        (ConstantValue(1), ConstantValue("x"), ConstantValue(None), ConstantValue(-2))
    )


def test_the_classifier_is_looked_up_for_every_position(following: Expressions) -> None:
    """Rows by value are votes, the row of a numerical variable becomes votes when multiplied."""
    tokens = following.modules.drafts.tokens()
    rows = ((Fraction(0), Fraction(1)), (Fraction(1), Fraction(0)))
    scores = follow(following, 'weights.loc[[("tokens", str(v)) for v in tokens]]')
    assert scores == Scores(tokens, rows)
    ones = "[1 for _ in range(len(tokens))]"
    row = f'weights.loc[[("ones", "_") for v in {ones}]]'
    assert follow(following, row) == Located((Fraction(2), Fraction(3)))
    assert follow(following, f"{row}.mul({ones}, axis=0)") == Scores(
        following.modules.drafts.ones(), ((Fraction(2), Fraction(3)),)
    )


def test_the_way_to_the_labels_is_followed(following: Expressions) -> None:
    """Votes are concatenated, added by position, and their largest picks a label, pooled or not."""
    votes = 'pd.concat([df.reset_index() for df in [weights.loc[[("tokens", str(v)) for v in tokens]]]])'
    sums = f"{votes}.groupby(level=0).sum(numeric_only=True).to_numpy()"
    found = follow(following, sums)
    assert isinstance(found, VoteStage)
    assert found.name == "sums"
    assert follow(following, "weights.columns.to_numpy()") == Labels(("X", "Y"), array=True)
    best = follow(following, f"weights.columns.to_numpy()[{sums}.argmax(-1)].tolist()")
    assert isinstance(best, VoteStage)
    assert best.name == "list"
    pooled = follow(following, f"weights.columns.to_numpy()[{sums}.mean(0).argmax(-1)]")
    assert isinstance(pooled, VoteStage)
    assert pooled.name == "labels pooled"


def test_embeddings_are_followed_to_their_members(following: Expressions) -> None:
    """Rows of the tokens give a column of numbers, and members are found by their names."""
    found = follow(following, 'words.loc[tokens]["var0"].tolist()')
    assert isinstance(found, ColumnValue)
    assert isinstance(found.entry, Item)
    assert found.entry.entries == (0, 1)
    found = follow(following, '[Emb0[f"V{i:02}"] for i in words.loc[tokens]["var0"]]')
    assert isinstance(found, ColumnValue)
    assert isinstance(found.entry, Item)
    assert found.entry.entries == (Member("Emb0", "V00"), Member("Emb0", "V01"))


def test_calls_make_heads_and_lookups(following: Expressions) -> None:
    """Helpers make heads, nested functions look-ups, each with one new variable."""
    following.names["pattern"] = follow(following, "select_closest(tokens, tokens, wants)")
    assert isinstance(following.names["pattern"], AttentionValue)
    head = follow(following, "aggregate(pattern, tokens)")
    assert isinstance(head, ColumnValue)
    following.names["every"] = follow(following, "select(tokens, tokens, wants)")
    count = follow(following, "aggregate_sum(every, [1 for _ in tokens])")
    assert isinstance(count, ColumnValue)
    assert isinstance(count.entry, Number)
    following.target = "mlp"
    lookup = follow(following, "[table(k0, k1) for k0, k1 in zip(tokens, range(len(tokens)))]")
    assert isinstance(lookup, ColumnValue)
    numerical = follow(
        following, "[table(k0, k1) for k0, k1 in zip([1 for t in tokens], [1 for t in tokens])]"
    )
    assert isinstance(numerical, ColumnValue)
    kinds = [type(draft.node) for draft in following.modules.drafts.variables]
    assert {CategoricalHead, NumericalHead, CategoricalLookup} <= set(kinds)


def test_the_frame_decides_conditions(following: Expressions) -> None:
    """The first token is the prefix and the last the suffix, on every input of the domain."""
    assert follow(following, "tokens[0]") == TokenAt(0)
    assert follow(following, 'tokens[0] == "<s>"') == ConstantValue(True)
    assert follow(following, 'tokens[0] == "a"') == ConstantValue(False)
    assert follow(following, 'tokens[-1] == "</s>"') == ConstantValue(False)
    with pytest.raises(UnreadableSource, match="depends on where 'a' stands"):
        follow(following, 'tokens[-1] == "a"')


@pytest.mark.parametrize(
    "text",
    [
        "undefined",
        "tokens[1]",
        "tokens + tokens",
        "[v for v in tokens if v]",
        "[v for v in tokens for w in tokens]",
        "[x for x, y in tokens]",
        "[x for x in zip(tokens, tokens)]",
        "[x for x, y in zip(tokens)]",
        "{v for v in tokens}",
        "lambda: 0",
        "open('x')",
        "tokens.append(1)",
        "pd.read_pickle('x')",
        "pd.concat([1, 2])",
        "pd.concat([])",
        "weights.loc[[v for v in tokens]]",
        "weights.loc[tokens]",
        "words.loc[range(len(tokens))]",
        "words.loc[tokens]['absent']",
        "Emb0['V07']",
        "[Emb0[f'V{i}'] for i in range(len(tokens))]",
        "Emb0[0]",
        "f'{1!r}'",
        "f'{1:>99999}'",
        "f'{tokens}'",
        "str(tokens)",
        "len(1)",
        "zip()",
        "zip(tokens, 1)",
        "list(1)",
        "select_closest(tokens, tokens, tokens)",
        "aggregate(tokens, tokens)",
        "table(tokens, tokens)",
        "[table(v, 1) for v in tokens]",
        "[table(v, 1) for v in [2 for t in tokens]]",
        "tokens[0] == tokens[-1]",
        "tokens[0] != 'a'",
        "1.5",
        "b''",
        "(tokens, 1)",
        "weights.columns.to_numpy(1)",
        "weights.columns[0]",
        "print",
        "print('x')",
        "await tokens",
        "tokens if 1 else 2",
    ],
)
def test_other_expressions_are_refused(following: Expressions, text: str) -> None:
    """What no published program holds ends in one line that points at it."""
    with pytest.raises(UnreadableSource, match=r"^\S+:\d+: ") as caught:
        follow(following, text)
    assert "\n" not in str(caught.value)


def test_paths_are_put_together_without_a_disk(following: Expressions) -> None:
    """What `os.path`, `pathlib` and `+` do with text is done, and nothing else."""
    here = PurePosixPath("/a/b/p.py")
    for text, found in {
        "os.path.join(os.path.dirname('/a/b/p.py'), 'w.csv')": "/a/b/w.csv",
        "'a' + 'b'": "ab",
        "Path('/a/b/p.py').with_name('w.csv')": here.with_name("w.csv"),
        "Path('/a/b/p.py').with_suffix('.csv')": here.with_suffix(".csv"),
        "Path('/a/b/p.py').parent.joinpath('x', 'y')": PurePosixPath("/a/b/x/y"),
        "Path('/a/b/p.py').resolve()": here,
        "Path('/a/b/p.py').stem": "p",
        "Path('/a/b') / 'w.csv'": PurePosixPath("/a/b/w.csv"),
        "'a' / Path('b')": PurePosixPath("a/b"),
    }.items():
        assert follow(following, text) == ConstantValue(found)
    for text in ("with_name('a/b')", "unlink()", "read_text()", "__truediv__('x')"):
        with pytest.raises(UnreadableSource):
            follow(following, f"Path('/a/b/p.py').{text}")
    for text in ("'a' / 'b'", "Path('a') / 1", "'a' + 1"):
        with pytest.raises(UnreadableSource):
            follow(following, text)
