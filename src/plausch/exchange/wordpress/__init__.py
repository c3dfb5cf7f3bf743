"""Exports of WordPress: WXR, an RSS feed with more in it, as WordPress 3 to 6 and WordPress.com write it."""
