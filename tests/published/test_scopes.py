"""Trees that know scopes."""

import sys

import pytest

from tprog.published.scopes import module_of


def test_scopes_are_known_and_no_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports bind their names, `*` binds none, and inference ends at them."""
    opened: list[str] = []
    monkeypatch.setattr("builtins.open", lambda name, *_, **__: opened.append(str(name)))
    module = module_of("import a\nfrom b import c, d as e\nfrom f import *\na.g = c\nx = e.h\n")
    assert set(module.locals) == {"a", "c", "e", "x"}
    assert [str(one) for one in module.body[-1].value.infer()] == ["Uninferable"]
    assert opened == []


def test_a_long_chain_leaves_the_limit_of_recursion_as_it_was() -> None:
    """Two thousand flat branches are a tree."""
    before = sys.getrecursionlimit()
    text = "if x == 0:\n    pass\n" + "".join(f"elif x == {i}:\n    pass\n" for i in range(2000))
    assert module_of(text).body
    assert sys.getrecursionlimit() == before
