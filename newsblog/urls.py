"""Mounts the desk, the comments, the site's own small pages, and the articles."""

from django.contrib import admin
from django.urls import include, path

from newsblog import views

admin.site.site_header = admin.site.site_title = "newsblog desk"
admin.site.enable_nav_sidebar = False

urlpatterns = [
    path("admin/tasks/again/", admin.site.admin_view(views.try_again), name="try_again"),
    path("admin/", admin.site.urls),
    path("comments/", include("comments.urls")),
    path("-/live", views.live, name="live"),
    path("-/ready", views.ready, name="ready"),
    path("privacy/", views.privacy, name="privacy"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("media/<path:name>", views.picture, name="media"),
    path("", include("articles.urls")),
]
