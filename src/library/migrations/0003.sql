-- Prompts that were used or typed, each once; the oldest are forgotten when there are very many.
CREATE TABLE prompts (
    -- SHA-256 of prompt and negative prompt.
    key     TEXT PRIMARY KEY NOT NULL,
    used_at INTEGER NOT NULL,
    -- The entry as JSON.
    doc     TEXT NOT NULL
) STRICT;

UPDATE kept SET value = '3' WHERE key = 'schema_version';
