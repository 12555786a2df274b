"""Send outputs that would run in the instructor's browser."""
# notebook: 01_words
# cell: word_count
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<script>alert('XSS')</script><img src=x onerror=alert(1)>"))
display(Javascript("alert('XSS')"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"))
display(Markdown("<iframe src='javascript:alert(1)'></iframe>"))
display({"text/html": "<script>XSS</script>", "application/javascript": "alert(1)", "application/vnd.jupyter.widget-view+json": {}}, raw=True)
print("<script>alert('XSS')</script>")
def word_count(text):
    raise ValueError("<script>alert('XSS')</script>")
