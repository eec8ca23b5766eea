"""Addresses of the conversation."""

from django.urls import path

from comments import feeds
from comments.views.appeal import appeal
from comments.views.avatar import avatar
from comments.views.decide import decide
from comments.views.edit import edit
from comments.views.my_data import ask_for_data, comment_data, erase_data, my_data
from comments.views.notice import notice
from comments.views.own import own
from comments.views.permalink import permalink
from comments.views.receipt import receipt, renew, withdraw
from comments.views.report import report, reported
from comments.views.subscriptions import confirm_address, mute, own_subscriptions, stop, wish
from comments.views.thread import thread
from comments.views.transparency import log, transparency, transparency_file
from comments.views.write import write

app_name = "comments"
urlpatterns = [
    path("feed/", feeds.Comments(), name="feed"),
    path("feed/atom/", feeds.CommentsAtom(), name="feed_atom"),
    path("feed/on/<slug:slug>/", feeds.OnArticle(), name="article_feed"),
    path("feed/on/<slug:slug>/atom/", feeds.OnArticleAtom(), name="article_feed_atom"),
    path("on/<slug:slug>/", write, name="write"),
    path("on/<slug:slug>/reported/", reported, name="reported"),
    path("notice/<str:token>/", notice, name="notice"),
    path("receipt/<str:token>/", receipt, name="receipt"),
    path("receipt/<str:token>/edit/", edit, name="edit"),
    path("receipt/<str:token>/withdraw/", withdraw, name="withdraw"),
    path("receipt/<str:token>/appeal/", appeal, name="appeal"),
    path("receipt/<str:token>/data/", comment_data, name="comment_data"),
    path("receipt/<str:token>/link/", renew, name="renew"),
    path("transparency/", transparency, name="transparency"),
    path("transparency/<int:year>/", transparency, name="transparency_year"),
    path("transparency/<int:year>.csv", transparency_file, name="transparency_file"),
    path("log/", log, name="log"),
    path("log/<int:before>/", log, name="log_before"),
    path("my-data/", ask_for_data, name="ask_for_data"),
    path("my-data/<str:key>/", my_data, name="my_data"),
    path("my-data/<str:key>/erase/", erase_data, name="erase_data"),
    path("avatars/<str:code>.svg", avatar, name="avatar"),
    path("own/<str:token>/", own, name="own"),
    path("receipt/<str:token>/follow/", wish, name="wish"),
    path("follow/<str:token>/", mute, name="mute"),
    path("mail/<str:token>/", own_subscriptions, name="subscriptions"),
    path("mail/<str:token>/stop/", stop, name="stop"),
    path("mail/<str:token>/confirm/", confirm_address, name="confirm"),
    path("decide/<str:token>/", decide, name="decide"),
    path("<int:pk>/", permalink, name="permalink"),
    path("<int:pk>/report/", report, name="report"),
    path("<int:pk>/thread/", thread, name="thread"),
]
