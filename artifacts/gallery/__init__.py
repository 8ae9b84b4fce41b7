"""The gallery: a learned program for each task, with its picture, report and manifest."""
