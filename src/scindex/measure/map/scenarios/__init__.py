"""Planning scenarios: change the tables, compute everything again, and say which lever did what."""
