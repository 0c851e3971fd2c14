-- The search index follows the library by these numbers.
CREATE INDEX jobs_by_seq ON jobs (seq);

-- The last conversation about a job. It is several times as long as everything else that is known of the job, and nobody
-- needs it before looking at exactly that job.
CREATE TABLE exchanges (
    id  TEXT PRIMARY KEY NOT NULL,
    -- As JSON.
    doc TEXT NOT NULL
) STRICT;

UPDATE kept SET value = '2' WHERE key = 'schema_version';
