"""Experiments: which trainings make up the results, running them, and the tables. Refuses the internals of models.

`PYTHONPATH=artifacts python -m experiments.results` runs what is missing and writes `artifacts/results/`.
"""
