"""What is done to look after the community: the only writer of this room."""

from plausch.moderation.actions.appealing import answer_appeal, appeal, clear_copies, make_appeal_key
from plausch.moderation.actions.deciding import decide, decide_report
from plausch.moderation.actions.log import note_act
from plausch.moderation.actions.members import forget_person, remove_note, set_role, write_note
from plausch.moderation.actions.reporting import report

__all__ = [
    "answer_appeal",
    "appeal",
    "clear_copies",
    "decide",
    "decide_report",
    "forget_person",
    "make_appeal_key",
    "note_act",
    "remove_note",
    "report",
    "set_role",
    "write_note",
]
