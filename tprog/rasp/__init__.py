"""RASP (Weiss, Goldberg and Yahav, 2021): the language of Transformers, its graphs, and the ways to and from Programs."""
