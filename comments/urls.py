"""Addresses of the conversation."""

from django.urls import path

from comments.views.permalink import permalink
from comments.views.receipt import receipt
from comments.views.thread import thread
from comments.views.write import write

app_name = "comments"
urlpatterns = [
    path("on/<slug:slug>/", write, name="write"),
    path("receipt/<str:token>/", receipt, name="receipt"),
    path("<int:pk>/", permalink, name="permalink"),
    path("<int:pk>/thread/", thread, name="thread"),
]
