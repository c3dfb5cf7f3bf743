"""Account archives in the form that Mastodon made common: ActivityStreams in JSON, relations as CSV, media beside."""
