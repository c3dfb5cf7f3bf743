"""How the server talks to others: it sends letters, and fetches what is on the web, with a guard before each."""
