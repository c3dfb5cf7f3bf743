"""The measures: pure functions over arrays, without database, viewer or page.

They load numpy, scipy and igraph, so they run in a command or a child process and never in a server process. Each
module names the version of its method; a changed definition gets a new one, so that stored values can be told apart.
"""
