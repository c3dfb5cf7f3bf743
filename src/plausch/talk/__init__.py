"""Talk: posts, the conversations they form, who may see them, and how people respond.

One tree serves every channel: a note, an answer, later a forum topic or an article. It knows no protocol and no page.
"""
