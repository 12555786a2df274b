"""Print without end while the cell runs."""
# notebook: 01_words
# cell: word_count
while True:
    print("x" * 1000)
