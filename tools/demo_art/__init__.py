"""The pictures of the demo town as programs: layered flat shapes, a limited palette, a little print grain."""
