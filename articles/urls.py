"""Addresses of the news; a published one is for ever."""

app_name = "articles"
urlpatterns: list[object] = []
