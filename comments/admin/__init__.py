"""The moderation desk: the queue, the card of a writer, appeals, notices, the threads and the list of blocked words.

It decides nothing by itself: every act is a method of ``Comment`` or ``Thread``, called with ``by=``.
"""

from comments.admin.appeals import AppealAdmin
from comments.admin.notices import NoticeAdmin
from comments.admin.own_mail import ModeratorMailAdmin
from comments.admin.person import WriterAdmin
from comments.admin.queue import CommentAdmin
from comments.admin.rules import BlockAdmin, BlockedWordAdmin, PolicyAdmin, RestrictionAdmin
from comments.admin.threads import ThreadAdmin

__all__ = [
    "AppealAdmin",
    "BlockAdmin",
    "BlockedWordAdmin",
    "CommentAdmin",
    "ModeratorMailAdmin",
    "NoticeAdmin",
    "PolicyAdmin",
    "RestrictionAdmin",
    "ThreadAdmin",
    "WriterAdmin",
]
