"""The editors' desk: writing, review, publishing, scheduling, withdrawing, correcting.

Every act is a method of ``Article``, called with ``by=``; ``workflow.ACTS`` says who may do which.
"""

from articles.admin.article import ArticleAdmin
from articles.admin.people import PersonAdmin
from articles.admin.places import AuthorAdmin, PublisherAdmin, SectionAdmin, TagAdmin

__all__ = ["ArticleAdmin", "AuthorAdmin", "PersonAdmin", "PublisherAdmin", "SectionAdmin", "TagAdmin"]
