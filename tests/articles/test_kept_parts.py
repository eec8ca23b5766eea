"""What lists keep of a story between two renderings is right whatever changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import fragments
from articles.models import Author
from articles.pagecache import Notes, rendering, shared_generations
from articles.views import PER_PAGE
from tests.factories import make_article, make_comment, make_section, make_tag

pytestmark = pytest.mark.django_db(transaction=True)  # a part is made anew once a change is committed
LISTS = pytest.mark.parametrize("url", ["/", "/sections/security/", "/tags/linux/", "/not/here/"])


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    fragments.forget()
    yield
    fragments.forget()


@pytest.fixture
def rendered(client: Client) -> Callable[[str], str]:
    """A page as the page cache has it rendered."""

    def get(url: str) -> str:
        token = rendering.set(Notes(shared_generations().stamp(), None))
        try:
            return client.get(url).content.decode()
        finally:
            rendering.reset(token)

    return get


@LISTS
def test_a_new_headline_author_or_section_name_is_printed_at_once(rendered, url: str) -> None:
    story = make_article("Before", tags=("Linux",))
    for number in range(3):
        make_article(f"Other {number}", tags=("Linux",), publish_at=story.publish_at)
    assert "Before" in rendered(url)
    assert rendered(url) == rendered(url)
    story.headline = "After"
    story.save()
    assert "After" in rendered(url)
    assert "Before" not in rendered(url)
    ada = Author.objects.get(slug="ada-king")
    ada.name = "Ada Lovelace"
    ada.save()
    assert "Ada King" not in rendered(url)
    section = make_section()
    section.name = "Safety"
    section.save()
    assert "Safety" in rendered(url)
    assert ">Security<" not in rendered(url)


@LISTS
def test_a_comment_is_counted_at_once(rendered, url: str) -> None:
    story = make_article("Talked about", tags=("Linux",))
    make_comment(story)
    assert '1<span class="visually-hidden"> comment: Talked about' in rendered(url)
    make_comment(story)
    assert '2<span class="visually-hidden"> comments: Talked about' in rendered(url)


def test_the_navigation_marks_each_page_of_its_own(rendered) -> None:
    make_article(section=make_section("Chips"))
    make_article(section=make_section("Policy"))
    assert 'href="/sections/chips/" aria-current="true"' in rendered("/sections/chips/")
    policy = rendered("/sections/policy/")
    assert 'href="/sections/policy/" aria-current="true"' in policy
    assert 'href="/sections/chips/" aria-current' not in policy


def test_a_story_that_stands_under_nothing_is_printed_anew_after_an_edit(rendered) -> None:
    bare = make_article("Before", slug="bare", authors=(), section=None, body="<p>Old words.</p>")
    url = bare.get_absolute_url()
    assert "Old words" in rendered(url)
    bare.headline, bare.standfirst, bare.body = "After", "A new standfirst.", "<p>New words.</p>"
    bare.save()
    page = rendered(url)
    assert "New words" in page
    assert "Before" not in page
    assert "A new standfirst." in page


def test_a_correction_is_beside_the_front_page_at_once(rendered) -> None:
    story = make_article("Long ago", publish_at=timezone.now() - timedelta(days=400))
    for _ in range(PER_PAGE):
        make_article()
    rendered("/")
    story.correct(by=None, kind="correction", text="The year was wrong.")
    assert "The year was wrong." in rendered("/")
    story.withdraw(by=None, reason="It was wrong throughout.")
    assert "The year was wrong." not in rendered("/")


def test_a_story_taken_away_leaves_every_list_beside_another(rendered) -> None:
    """Sections' modules on the front, related stories and neighbours on an article's page."""
    for number in range(PER_PAGE + 1):
        make_article(f"New {number}", tags=("Linux",))
    older = make_article("Doomed", tags=("Linux",), publish_at=timezone.now() - timedelta(days=2))
    neighbour = make_article("Neighbour", tags=("Linux",), publish_at=timezone.now() - timedelta(days=3))
    urls = ["/", neighbour.get_absolute_url()]
    assert ["Doomed" in rendered(url) for url in urls] == [True, True]
    older.withdraw(by=None, reason="It was wrong throughout.")
    assert ["Doomed" in rendered(url) for url in urls] == [False, False]


def test_a_deleted_section_or_tag_is_gone_from_every_page_at_once(rendered) -> None:
    story = make_article(tags=("Linux",))
    section, tag = make_section("Emptied"), make_tag("Linux")
    page = rendered(story.get_absolute_url())
    assert "Emptied" in page
    assert ">Linux<" in page
    section.delete()
    tag.delete()
    page = rendered(story.get_absolute_url())
    assert "Emptied" not in page
    assert ">Linux<" not in page
