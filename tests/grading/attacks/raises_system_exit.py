"""Raise SystemExit in a test, which might end the grader."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    raise SystemExit(0)
