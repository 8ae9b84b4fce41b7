"""Composition: Programs put together from common shapes, bottom up, before any training."""

from tprog.learn.compose.compose import Composed, Stage, compose
from tprog.learn.compose.settings import CompositionSettings

__all__ = ["Composed", "CompositionSettings", "Stage", "compose"]
