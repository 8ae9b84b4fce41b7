"""Composition: Programs put together from common shapes, bottom up, before any training."""

from tprog.learn.compose.choosing import Composed
from tprog.learn.compose.compose import Stage, compose
from tprog.learn.compose.settings import CompositionSettings

__all__ = ["Composed", "CompositionSettings", "Stage", "compose"]
