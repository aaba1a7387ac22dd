"""Outward hands other than WeChat: vendors of text messages, and the identity provider behind 学信 accounts."""
