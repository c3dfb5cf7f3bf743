"""The door by which the server writes to people: letters as text and HTML, in the language of whoever gets them.

Lower rooms and other doors record that somebody is to be written to (facts of `people.events`); the listeners here put
a job into the queue, which names the person and the purpose. Only the job reads the address, makes the secret, writes
the letter and sends it, so nothing personal waits anywhere, and whoever is gone meanwhile gets no letter.
"""
