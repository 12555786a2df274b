"""The order in which files are handed to pytest's workers."""

# Else one of them would run alone in the end.
LONGEST = ("test_site.py", "test_runners_agree.py", "test_class_grading.py", "test_sizes.py")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONGEST)
