//! The engine behind p95: scrapes targets, stores and queries what they say.
