"""Articles, who wrote them and where they stand, and what is kept of their past; a file a noun."""

from articles.models.article import Article
from articles.models.author import Author
from articles.models.byline import Byline
from articles.models.history import Correction, PastSlug, Transition
from articles.models.publisher import Publisher
from articles.models.section import Section
from articles.models.tag import Tag
from articles.shelves import Filing, Shelf, ShelfMark

__all__ = [
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Filing",
    "PastSlug",
    "Publisher",
    "Section",
    "Shelf",
    "ShelfMark",
    "Tag",
    "Transition",
]
