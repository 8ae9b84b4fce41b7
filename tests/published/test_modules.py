"""Heads, look-ups and votes."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest

from tprog.errors import UnreadableSource
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Domain,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Table,
    WordTable,
)
from tprog.published.assemble import Drafts, Scores
from tprog.published.functions import Selection
from tprog.published.modules import ModuleReader
from tprog.published.parsed import PublishedSource
from tprog.published.sandbox import Budget, Sandbox
from tprog.published.sheets import Sheets, WeightSheet, WordSheet, read_sheet
from tprog.published.values import AttentionValue, ConstantValue, Item, Located, Number

TEXT = """
def predicate(q, k):
    if q == "a":
        return k == 1

def twice(a, b):
    key = (a, b)
    if key in {("a", "a")}:
        return 2
    return 0

def counted(n, m):
    if n in {1, 2} and m == 1:
        return 1
    return 3
"""
WHERE = ast.Constant(0, lineno=1)


@pytest.fixture
def modules(tmp_path: Path) -> ModuleReader:
    source = PublishedSource(TEXT, "p.py")
    (tmp_path / "w.csv").write_text(
        "feature,value,X\ntokens,<s>,0.5\ntokens,a,1\ntokens,b,x\nmlp_0_0_outputs,1,0\n"
        "mlp_0_0_outputs,7,0\nones,_,2\n"
    )
    (tmp_path / "e.csv").write_text("word,var0\n<s>,9\na,4\nb,9\n")
    tables = Sheets(source, tmp_path / "p.py")
    tables.weights = WeightSheet(read_sheet(tmp_path / "w.csv"))
    return ModuleReader(
        source,
        Drafts(Domain(("a", "b"), 2)),
        Sandbox(source, {}, Budget(10_000)),
        tables,
    )


def nested(modules: ModuleReader, name: str) -> ast.FunctionDef:
    return next(
        node
        for node in modules.source.tree.body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )


def tokens(modules: ModuleReader) -> Item:
    return Item(modules.drafts.tokens(), modules.drafts.domain.alphabet)


def attention(modules: ModuleReader, tie: Nearest | First | None) -> AttentionValue:
    selection = Selection(tie, causal=True)
    predicate = nested(modules, "predicate")
    return AttentionValue(selection, modules.positions(), tokens(modules), predicate)


def test_attention_to_one_position_copies(modules: ModuleReader) -> None:
    """A selecting helper and a copying one make a categorical head, which keeps the copied objects."""
    made = modules.head(WHERE, attention(modules, Nearest("matches")), "copy", tokens(modules))
    assert isinstance(made, Item)
    assert made.entries == ("<s>", "a", "b")
    node = modules.drafts.variables[made.variable].node
    positions, words = modules.drafts.positions(), modules.drafts.tokens()
    table = Table(((), (1,), ()))
    assert node == CategoricalHead(words, positions, words, table, Nearest("matches"), True)


def test_attention_to_all_positions_sums(modules: ModuleReader) -> None:
    """A helper that selects all and one that sums make a numerical head, of a list of 1 or of another count."""
    first = modules.head(WHERE, attention(modules, None), "sum", ConstantValue(1))
    assert isinstance(first, Number)
    second = modules.head(WHERE, attention(modules, None), "sum", first)
    assert isinstance(second, Number)
    node = modules.drafts.variables[second.variable].node
    assert isinstance(node, NumericalHead)
    assert node.value == first.variable


def test_other_combinations_are_no_heads(modules: ModuleReader) -> None:
    """Summing a symbol, copying under all matches and counting something else than numbers are refused."""
    with pytest.raises(UnreadableSource, match="does neither"):
        modules.head(WHERE, attention(modules, None), "copy", tokens(modules))
    with pytest.raises(UnreadableSource, match="does neither"):
        modules.head(WHERE, attention(modules, First()), "sum", ConstantValue(1))
    with pytest.raises(UnreadableSource, match="a numerical variable must stand here"):
        modules.head(WHERE, attention(modules, None), "sum", ConstantValue(2))


def test_a_variable_that_is_read_twice_is_one_argument(modules: ModuleReader) -> None:
    """Only equal values of a variable meet, and the values that the classifier lists belong to the result."""
    words = tokens(modules)
    made = modules.lookup(nested(modules, "twice"), [words, words], "mlp_0_0_outputs")
    node = modules.drafts.variables[made.variable].node
    assert node == CategoricalLookup((words.variable,), FiniteValues((0, 1, 2, 7)), (0, 2, 0))


def test_counts_are_looked_up_in_boxes(modules: ModuleReader) -> None:
    """A function of counts becomes boxes, and the greatest number that it names is kept."""
    ones = modules.drafts.ones()
    head = modules.head(WHERE, attention(modules, None), "sum", ConstantValue(1))
    assert isinstance(head, Number)
    made = modules.numerical_lookup(nested(modules, "counted"), [head.variable, ones], "num")
    node = modules.drafts.variables[made.variable].node
    assert isinstance(node, NumericalLookup)
    assert [node.values.values[node.index(point)] for point in ((0, 1), (2, 1), (2, 2))] == [
        3,
        1,
        3,
    ]
    assert modules.lasts == {made.variable: 2}


def test_embeddings_are_added_once(modules: ModuleReader, tmp_path: Path) -> None:
    """A column of embeddings is one variable, with the values that occur."""
    words = WordSheet(read_sheet(tmp_path / "e.csv"), "word")
    made = modules.words(words, "var0")
    assert modules.words(words, "var0") == made
    assert made.entries == (4, 9)
    node = modules.drafts.variables[made.variable].node
    assert node == WordTable(FiniteValues((4, 9)), (1, 0, 1))
    with pytest.raises(UnreadableSource, match=r"e\.csv:1: there is no column 'var1'"):
        modules.words(words, "var1")


def test_votes_are_looked_up_by_pairs(modules: ModuleReader) -> None:
    """A constant pair gives one row, an item of pairs a row for each value, and None has no votes."""
    found = modules.votes(WHERE, ConstantValue(("ones", "_")))
    assert found == Located((Fraction(2),))
    number = modules.drafts.add(
        CategoricalLookup((modules.drafts.tokens(),), FiniteValues((1, 0, -1)), (0, 0, 0)),
        (1, 0, None),
    )
    pairs = (("mlp_0_0_outputs", "1"), ("tokens", "<s>"), ("mlp_0_0_outputs", "None"))
    found = modules.votes(WHERE, Item(number, pairs))
    assert found == Scores(number, ((Fraction(0),), (Fraction(1, 2),), (Fraction(0),)))
    assert modules.looked_up == {"ones", "tokens", "mlp_0_0_outputs"}


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("tokens", "c"), r"p\.py:1: w\.csv has no row for tokens 'c'"),
        (("tokens", "b"), r"w\.csv:4: 'x' is no weight"),
        ("tokens", "looked up by pairs"),
        (("tokens", 3), "looked up by pairs"),
    ],
)
def test_rows_that_are_not_there_are_named(
    modules: ModuleReader, pair: object, message: str
) -> None:
    """A missing row, a cell that is no number and a key that is no pair end in one line."""
    with pytest.raises(UnreadableSource, match=message):
        modules.votes(WHERE, ConstantValue(pair))
    with pytest.raises(UnreadableSource, match=message):
        modules.votes(WHERE, Item(modules.drafts.tokens(), (pair,)))
