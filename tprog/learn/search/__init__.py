"""Discrete search over Programs: annealing of modules, convex fits of the classifier. Refuses torch."""

from tprog.learn.search.examples import Examples
from tprog.learn.search.random_program import random_program
from tprog.learn.search.search import refit, search
from tprog.learn.search.settings import SearchProgress, SearchResult, SearchSettings
from tprog.learn.search.skeleton import Skeleton

__all__ = [
    "Examples",
    "SearchProgress",
    "SearchResult",
    "SearchSettings",
    "Skeleton",
    "random_program",
    "refit",
    "search",
]
