"""The doors for programs: Plausch's own API in `plausch`, the Mastodon client API in `mastodon`. Each has words of its
own, and they do not know each other; both keep what they rendered by `keeping`."""
