"""Domain, ground truth and data of every task: the published ones and a user's own."""

from tprog.tasks.data_task import load_data_task, reload_data_task
from tprog.tasks.dataset import Dataset, Split, make_dataset
from tprog.tasks.module_task import load_module_task
from tprog.tasks.registry import TaskSummary, get_task, summarize, task_names
from tprog.tasks.task import ArrayRule, Modules, Rule, Sampler, Space, Task

__all__ = [
    "ArrayRule",
    "Dataset",
    "Modules",
    "Rule",
    "Sampler",
    "Space",
    "Split",
    "Task",
    "TaskSummary",
    "get_task",
    "load_data_task",
    "load_module_task",
    "make_dataset",
    "reload_data_task",
    "summarize",
    "task_names",
]
