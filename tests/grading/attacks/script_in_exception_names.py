"""Name a class, a function and a message such that they are markup."""
# notebook: 01_words
# cell: word_count
Evil = type("<script>alert(1)</script>", (Exception,), {"__str__": lambda self: "<img src=x onerror=alert(2)>" * 3})
def word_count(text):
    raise Evil()
word_count.__name__ = "<b onclick=alert(3)>"
