"""What lists, recommendations and partners know of published posts; written in the transaction that moves a post."""

from models.post import Post, PostChange, PostWord
from services.posts.words import words_of


def put(post: Post) -> None:
    """A post is published, or changed while it is."""
    is_new = not PostWord.select().where(PostWord.post == post).exists()
    PostWord.delete().where(PostWord.post == post).execute()
    PostWord.insert_once([{"word": word, "post": post.id} for word in words_of(post)])
    PostChange.create(post=post, verb="publish" if is_new else "change")


def take(post: Post) -> None:
    """A post is published no longer."""
    PostWord.delete().where(PostWord.post == post).execute()
    PostChange.create(post=post, verb="withdraw")
