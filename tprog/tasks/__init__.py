"""Domain, ground truth and data of every task: the published ones and a user's own.

Nothing is imported here, so that whoever needs a `Task` loads no other: `task.py` has the class, `registry.py` the published
ones by name, `data_task.py` and `module_task.py` a user's own, `dataset.py` the splits.
"""
