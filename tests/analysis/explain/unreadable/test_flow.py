"""Who reads whose result."""

from sources import BY_HAND, FORK

from tprog.analysis.explain.unreadable.flow import Flow
from tprog.analysis.explain.unreadable.heads import HeadFinder
from tprog.analysis.explain.unreadable.tree import parse


def flow(text: str) -> Flow:
    """Return the flow of a text."""
    parsed = parse(text, "a.py")
    return Flow(parsed, HeadFinder(parsed))


def reads(found: Flow) -> dict[str, list[tuple[str, list[str]]]]:
    """Return what each head and look-up reads, by name."""
    names = [part.name for part in found.parts]
    return {
        part.name: [(read.role, [names[source] for source in read.parts]) for read in part.reads]
        for part in found.parts
        if part.kind != "input"
    }


def test_names_are_followed_to_heads_and_inputs() -> None:
    """An argument leads through variables to what computed it; positions are an input of their own."""
    found = flow(FORK)
    assert reads(found) == {
        "previous_outputs": [
            ("query", ["positions"]),
            ("key", ["positions"]),
            ("value", ["tokens"]),
        ],
        "same_outputs": [
            ("query", ["tokens"]),
            ("key", ["previous_outputs"]),
            ("value", ["positions"]),
        ],
        "mlp_outputs": [("argument", ["same_outputs"]), ("argument", ["positions"])],
    }
    assert [part.layer for part in found.parts] == [None, None, 0, 1, 1]
    assert [found.parts[number].name for number in found.result] == ["mlp_outputs"]


def test_functions_that_call_each_other_are_one_graph() -> None:
    """A result is followed through calls, and through lists that are filled in loops."""
    found = flow(BY_HAND)
    assert found.entry is not None
    assert found.entry.name == "answer"
    assert reads(found)["equal"] == [("query", ["histogram"]), ("key", ["histogram"])]


def test_attributes_and_dictionaries_are_variables() -> None:
    """`x.a` and `x["a"]` are what was last put there."""
    text = "def less(q, k): return q < k\ndef attend(h, q, k, v):\n    return [[v[j] for j in range(len(k)) if h(q[i], k[j])] for i in range(len(q))]\n"
    text += "def run(t):\n    x.t = t\n    x.a = attend(less, x.t, x.t, x.t)\n    o = {}\n    o['b'] = attend(less, x.a, t, t)\n    return o['b']\n"
    found = flow(text)
    assert reads(found)["b"] == [("query", ["a"]), ("key", ["t"]), ("value", ["t"])]
    assert [found.parts[number].name for number in found.result] == ["b"]


def test_a_name_that_depends_on_itself_ends() -> None:
    """Loops over results are followed once."""
    text = "def less(q, k): return q < k\ndef run(t):\n    for _ in t:\n        t = [[less(q, k) for k in t] for q in t]\n    return t\n"
    assert len(flow(text).parts) == 2
