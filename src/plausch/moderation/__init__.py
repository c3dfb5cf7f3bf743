"""Looking after the community: reports, decisions and appeals, notes, and the log of who did what.

How somebody stands is the business of `people`, what becomes of a post that of `talk`: this room decides, and says so
to those concerned.
"""
