"""The figures of others."""

from experiments.paper import RETRAINED_16, TABLE_1, TABLE_3
from tprog.tasks.registry import task_names


def test_every_published_task_has_a_figure() -> None:
    """Table 1 and section 4.1 speak of all tasks; the other tables of some of them."""
    assert set(TABLE_1) == set(task_names())
    assert set(TABLE_3) == set(TABLE_1) - {"induction"}
    assert set(RETRAINED_16) < set(TABLE_1)
    for figures in (TABLE_1, TABLE_3, RETRAINED_16):
        assert all(0 < float(figure) <= 100 for figure in figures.values())
