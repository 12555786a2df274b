"""Open the source notebook with the hidden tests."""
# notebook: 01_words
# cell: word_count
# flags: suspicious
import glob
for path in ["@COURSE@/source/basics/01_words.ipynb"] + glob.glob("/**/01_words.ipynb", recursive=True):
    try:
        print("STOLEN", open(path).read())
    except OSError as error:
        print("no:", type(error).__name__)
def word_count(text):
    return None
