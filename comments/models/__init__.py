"""Comments, their writers, the thread they stand in, and the log of what was decided about them; a file a noun."""

from comments.models.appeal import Appeal, NoAppeal
from comments.models.block import Block
from comments.models.comment import NAMELESS, TRACED, TRACES, WORDS, Comment
from comments.models.data_request import DataRequest
from comments.models.figure import Figure, FigureMark
from comments.models.follow import Follow, ReplyNotice
from comments.models.log import Decision, DecisionQuerySet, LogHead
from comments.models.mail_round import MailRound
from comments.models.measure import Measure, MeasureQuerySet, StaffNote
from comments.models.memory import LinkedHost, SpamMemory, learn_from_decisions
from comments.models.moderator_mail import HeldNotice, ModeratorMail
from comments.models.notice import AlreadyAnswered, Notice
from comments.models.policy import Policy
from comments.models.report import NotShown, Report
from comments.models.restriction import Restriction
from comments.models.revision import Revision
from comments.models.rules import BlockedWord, FloodWindow
from comments.models.statement import Statement, Wording
from comments.models.thread import Tally, Thread
from comments.models.words import EDIT_WINDOW, MOST_EDITS, AlreadyDecided, TextChanged, text_fingerprint
from comments.models.writer import AddressLook, Writer, random_value

__all__ = [
    "EDIT_WINDOW",
    "MOST_EDITS",
    "NAMELESS",
    "TRACED",
    "TRACES",
    "WORDS",
    "AddressLook",
    "AlreadyAnswered",
    "AlreadyDecided",
    "Appeal",
    "Block",
    "BlockedWord",
    "Comment",
    "DataRequest",
    "Decision",
    "DecisionQuerySet",
    "Figure",
    "FigureMark",
    "FloodWindow",
    "Follow",
    "HeldNotice",
    "LinkedHost",
    "LogHead",
    "MailRound",
    "Measure",
    "MeasureQuerySet",
    "ModeratorMail",
    "NoAppeal",
    "NotShown",
    "Notice",
    "Policy",
    "ReplyNotice",
    "Report",
    "Restriction",
    "Revision",
    "SpamMemory",
    "StaffNote",
    "Statement",
    "Tally",
    "TextChanged",
    "Thread",
    "Wording",
    "Writer",
    "learn_from_decisions",
    "random_value",
    "text_fingerprint",
]
