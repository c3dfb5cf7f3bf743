"""Everything about words: Markdown, sanitising, stemming, detection, catalogues, formats.

It knows texts, not posts or people, and imports only the kernel. What needs numpy (language detection) runs in a child
process with an entry module of its own; the rest is imported by the web process.
"""
