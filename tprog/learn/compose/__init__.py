"""Composition: Programs put together from common shapes, bottom up, before any training."""
