"""Many trainings: which, running them, one store of what came out, and tables and pictures of it.

`trial.py` is one training as a function of its settings, `axes.py` says which there are, `store.py` keeps what came out of
them, `drive.py` runs what is missing. `rows.py`, `tables.py` and `plots.py` show what is in a store.
"""
