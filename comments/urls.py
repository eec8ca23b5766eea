"""Addresses of the conversation."""

from django.urls import path

from comments import views

app_name = "comments"
urlpatterns = [
    path("on/<slug:slug>/", views.write, name="write"),
    path("receipt/<str:token>/", views.receipt, name="receipt"),
    path("<int:pk>/", views.permalink, name="permalink"),
]
