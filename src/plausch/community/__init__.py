"""The community: what the server says of itself, and who decides it.

Name, rules and looks, its legal pages, announcements and emoji. The owner sets them in the pages; what nobody has set
is as the settings of the server say.
"""
