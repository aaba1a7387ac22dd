"""What is over once its time has passed: posts, fairs, invitations to interviews, questions about degrees."""

from services import degree_checks
from services.applications import interviews
from services.context import Context
from services.posts import fairs, life


def sweep(ctx: Context) -> int:
    """Ends what is over; returns how many."""
    return life.expire(ctx) + fairs.end(ctx) + interviews.expire(ctx) + degree_checks.expire(ctx)
