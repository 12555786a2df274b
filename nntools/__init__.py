"""Tools for notebooks before they are handed in: `nnlib doctor` and `lesson.doctor()`."""
