"""Bodies of look-ups compute what the look-up says."""

from collections.abc import Sequence
from itertools import product

from emitted import block
from hypothesis import given
from hypothesis import strategies as st
from strategies import ODD_SYMBOLS

from tprog.codegen.lookups import categorical_body, least_caps, numerical_body
from tprog.codegen.nodes import Statement, function
from tprog.ir import CategoricalLookup, FiniteValues, NumericalLookup, Rectangle

value_sets = st.one_of(
    st.integers(1, 6).map(lambda size: tuple(range(size))),
    st.lists(st.sampled_from(ODD_SYMBOLS), min_size=1, max_size=4, unique=True).map(tuple),
).map(FiniteValues)


def evaluate(
    body: list[Statement], names: list[str], points: Sequence[tuple[object, ...]]
) -> list[object]:
    """Run a body as a function at some points."""
    text = block([function("f", [(found, "object") for found in names], "object", body)])
    namespace: dict[str, object] = {}
    exec(text, namespace)
    found = namespace["f"]
    assert callable(found)
    return [found(*point) for point in points]


@given(st.lists(value_sets, min_size=1, max_size=3), value_sets, st.data())
def test_a_categorical_body_gives_the_table(
    arguments: list[FiniteValues], written: FiniteValues, data: st.DataObject
) -> None:
    """The function returns the table's value at every point."""
    points = list(product(*(values.values for values in arguments)))
    entry = st.integers(0, len(written) - 1)
    table = data.draw(st.lists(entry, min_size=len(points), max_size=len(points)))
    lookup = CategoricalLookup(tuple(range(len(arguments))), written, tuple(table))
    names = ["a", "b", "c"][: len(arguments)]
    body, _ = categorical_body(lookup, names, arguments)
    assert evaluate(body, names, points) == [written.values[index] for index in table]


def test_long_sets_keep_together_in_a_joint_condition() -> None:
    """A set that is broken over lines still counts as one condition beside that on another argument."""
    words, pair = FiniteValues(tuple(f"Emb{n:02}" for n in range(24))), FiniteValues((0, 1))
    odd = [row < 20 and row % 2 == 1 and column == 0 for row in range(24) for column in range(2)]
    many = [row % 3 > 0 and column == 1 for row in range(24) for column in range(2)]
    for table in (odd, many, [not entry for entry in many]):
        lookup = CategoricalLookup((0, 1), FiniteValues((3, 4)), tuple(map(int, table)))
        body, _ = categorical_body(lookup, ["attn_0_0", "attn_0_1"], [words, pair])
        points = list(product(words.values, pair.values))
        wanted = [lookup.values.values[index] for index in lookup.table]
        assert evaluate(body, ["attn_0_0", "attn_0_1"], points) == wanted


@st.composite
def numerical_lookups(draw: st.DrawFn) -> NumericalLookup:
    """Draw numerical look-ups of one or two arguments."""
    caps = tuple(draw(st.lists(st.integers(0, 5), min_size=1, max_size=2)))
    boxes = []
    for _ in range(draw(st.integers(0, 4))):
        lows = [draw(st.integers(0, cap)) for cap in caps]
        bounds = tuple(
            (low, draw(st.integers(low, cap))) for low, cap in zip(lows, caps, strict=True)
        )
        boxes.append(Rectangle(bounds, draw(st.integers(0, 3))))
    values = FiniteValues(("a", "b", "c", "d"))
    return NumericalLookup(
        tuple(range(len(caps))), values, caps, tuple(boxes), draw(st.integers(0, 3))
    )


@given(numerical_lookups())
def test_a_numerical_body_gives_the_rectangles(lookup: NumericalLookup) -> None:
    """The function agrees with the look-up up to and far beyond its caps."""
    names = ["a", "b"][: len(lookup.caps)]
    points = list(product(range(8), repeat=len(names)))
    found = evaluate(numerical_body(lookup, names), names, points)
    assert found == [lookup.values.values[lookup.index(point)] for point in points]


def test_only_caps_that_say_something_are_written() -> None:
    """A cap that the comparisons need anyway has no line; others share one."""
    boxes = (Rectangle(((2, 3), (0, 4)), 1),)
    assert least_caps(boxes, (4, 4)) == (4, 0)
    assert least_caps(boxes, (3, 4)) == (2, 0)
    values = FiniteValues((0, 1))
    plain = block(numerical_body(NumericalLookup((0, 1), values, (4, 4), boxes, 0), ["a", "b"]))
    assert plain == "b = min(b, 4)\nreturn 1 if 2 <= a <= 3 else 0\n"
    wide = NumericalLookup((0, 1), values, (9, 9), (Rectangle(((2, 3), (0, 9)), 1),), 0)
    assert block(numerical_body(wide, ["a", "b"])).startswith("a, b = min(a, 9), min(b, 9)\n")


def test_every_form_of_a_bound() -> None:
    """A bound is an equality, a comparison, a range, or nothing where it covers all."""
    values = FiniteValues((0, 1, 2, 3, 4, 5))
    bounds = ((3, 3), (0, 2), (4, 5), (6, 9), (0, 9))
    boxes = tuple(Rectangle((found,), 1 + n) for n, found in enumerate(bounds))
    text = block(numerical_body(NumericalLookup((0,), values, (9,), boxes, 0), ["a"]))
    assert text == (
        "a = min(a, 9)\nif a == 3:\n    return 1\nif a <= 2:\n    return 2\nif 4 <= a <= 5:\n    return 3\n"
        "if a >= 6:\n    return 4\nreturn 5 if a >= 0 else 0\n"
    )


def test_clamps_that_do_not_fit_stand_below_each_other() -> None:
    """Long names keep a line each."""
    names = ["a" * 30, "b" * 30]
    lookup = NumericalLookup((0, 1), FiniteValues((0,)), (3, 3), (), 0)
    assert block(numerical_body(lookup, names)).count("min(") == 2
    assert len(numerical_body(lookup, names)) == 3


DIGITS, NINE = FiniteValues(("0", "1", "2")), FiniteValues(tuple(range(9)))


def test_many_results_of_a_number_are_a_list() -> None:
    """A branch for each would be a line for each."""
    written = FiniteValues(("0", "1", "2", "3", "|"))
    table = (3, 0, 1, 3, 2, 0, 4, 1, 2)
    body, computed = categorical_body(CategoricalLookup((0,), written, table), ["n"], [NINE])
    assert block(body) == 'return ("3", "0", "1", "3", "2", "0", "|", "1", "2")[n]\n'
    assert not computed


def test_results_that_fall_by_more_than_one_are_a_sum() -> None:
    """The weight is how much a result changes most often."""
    table = tuple(26 - 3 * count - digit for count in range(9) for digit in range(3))
    lookup = CategoricalLookup((0, 1), FiniteValues(tuple(range(27))), table)
    body, computed = categorical_body(lookup, ["n", "token"], [NINE, DIGITS])
    assert block(body) == "return 26 - 3 * n - int(token)\n"
    assert computed
