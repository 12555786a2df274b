"""Return a list nested a hundred thousand deep."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    thing = []
    for _ in range(100_000):
        thing = [thing]
    return thing
