"""What lists keep of a story between two renderings is right whatever changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from articles import fragments
from articles.models import Author
from articles.pagecache import Notes, rendering, shared_generations
from tests.factories import make_article, make_comment, make_section

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
