"""Folders of Markdown files with front matter, as Hugo, Jekyll, Eleventy, Obsidian and Pandoc have them."""
