"""What the API answers with, as its documentation has it (docs.joinmastodon.org/entities), a module a subject."""
