"""Durable storage: the file format, the journal, locking and compaction."""
