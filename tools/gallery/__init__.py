"""What the look of the pages is judged by: see __main__."""
