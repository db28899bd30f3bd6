"""Notifications: who is told what, by signed webhook, and whether it arrived."""
