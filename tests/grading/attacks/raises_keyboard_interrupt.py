"""Raise KeyboardInterrupt and GeneratorExit in a test."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    raise KeyboardInterrupt if text else GeneratorExit
