"""Text: named entities and classification by programs that a person can read."""
