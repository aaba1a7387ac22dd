"""Sharing of posts (岗位共享) between systems: partners by signed requests, sites by frames."""
