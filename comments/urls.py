"""Addresses of the conversation."""

app_name = "comments"
urlpatterns: list[object] = []
