"""From the domain to the API's entities, a module a subject."""
