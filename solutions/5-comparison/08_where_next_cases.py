"""08_where_next has no exercise."""
