-- `RUSH` in ASCII; names the format to tools such as `file`.
PRAGMA application_id = 0x52555348;

-- One row for each job. `doc` is the whole job as JSON and is what counts; the other columns exist for queries.
CREATE TABLE jobs (
    id              TEXT PRIMARY KEY NOT NULL,
    -- Rises with every write of any job. The job log carries the same number, so the newer of two copies is known.
    seq             INTEGER NOT NULL,
    gateway         TEXT NOT NULL,
    state           TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    prompt          TEXT NOT NULL,
    negative_prompt TEXT NOT NULL,
    is_hidden       INTEGER NOT NULL,
    remote_id       TEXT,
    doc             TEXT NOT NULL,
    -- First 16 hexadecimal digits of the SHA-256 of `doc`: SQLite does not notice flipped bits inside a value.
    doc_sum         TEXT NOT NULL
) STRICT;

CREATE INDEX jobs_by_time ON jobs (created_at);
CREATE INDEX jobs_by_state ON jobs (state);

-- Rows whose document could not be read and whose job was recovered from the log. Nothing is ever deleted from here.
CREATE TABLE unreadable_jobs (
    id  TEXT NOT NULL,
    seq INTEGER,
    doc BLOB
) STRICT;

-- Small things that outlive the window, such as the draft.
CREATE TABLE kept (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- A second copy of `user_version`, which sits unprotected in the file header. Every migration raises it.
INSERT INTO kept (key, value) VALUES ('schema_version', '1');
