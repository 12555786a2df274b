"""Yield without end where a list is made of it."""
# notebook: 01_words
# cell: running_total
def running_total(numbers):
    while True:
        yield 1
