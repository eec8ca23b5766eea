"""Addresses of the news; a published one is for ever."""

from django.urls import path, re_path

from articles import feeds, sitemaps, views

app_name = "articles"

DATE = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/"

urlpatterns = [
    path("", views.front, name="front"),
    path("sections/<slug:slug>/", views.section, name="section"),
    path("tags/<slug:slug>/", views.tag, name="tag"),
    path("authors/<slug:slug>/", views.author, name="author"),
    path("publishers/<slug:slug>/", views.publisher, name="publisher"),
    path("archive/", views.archive, name="archive"),
    path("corrections/", views.corrections, name="corrections"),
    path("search/", views.search, name="search"),
    path("feeds/", views.feed_list, name="feeds"),
    path("feeds/latest/", feeds.Latest(), name="feed"),
    path("feeds/latest/atom/", feeds.LatestAtom(), name="feed_atom"),
    path("feeds/corrections/", feeds.Corrections(), name="corrections_feed"),
    path("feeds/corrections/atom/", feeds.CorrectionsAtom(), name="corrections_feed_atom"),
    path("feeds/sections/<slug:slug>/", feeds.BySection(), name="section_feed"),
    path("feeds/sections/<slug:slug>/atom/", feeds.BySectionAtom(), name="section_feed_atom"),
    path("feeds/tags/<slug:slug>/", feeds.ByTag(), name="tag_feed"),
    path("feeds/tags/<slug:slug>/atom/", feeds.ByTagAtom(), name="tag_feed_atom"),
    path("feeds/authors/<slug:slug>/", feeds.ByAuthor(), name="author_feed"),
    path("feeds/authors/<slug:slug>/atom/", feeds.ByAuthorAtom(), name="author_feed_atom"),
    path("feeds/publishers/<slug:slug>/", feeds.ByPublisher(), name="publisher_feed"),
    path("feeds/publishers/<slug:slug>/atom/", feeds.ByPublisherAtom(), name="publisher_feed_atom"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-news.xml", sitemaps.news, name="news_sitemap"),
    path("sitemap-<slug:part>.xml", sitemaps.part, name="sitemap_part"),
    re_path(r"^(?P<year>[0-9]{4})/$", views.year, name="year"),
    re_path(rf"^{DATE}$", views.month, name="month"),
    re_path(rf"^{DATE}(?P<slug>[-a-zA-Z0-9_]+)/$", views.article, name="article"),
    # Last, so that it takes nothing from the pages above: a slug alone finds its article.
    path("<slug:slug>/", views.bare_slug, name="bare_slug"),
]
