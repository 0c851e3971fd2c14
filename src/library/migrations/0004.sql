-- What the window and the engine ask about without reading documents. Rust fills these columns with every write of a job
-- (`library/columns.rs`); they are NULL in rows whose document cannot be read.

-- 16 bytes that are the same for all takes of one recipe at one gateway.
ALTER TABLE jobs ADD COLUMN recipe BLOB;
-- The chip above the gallery that counts its card: 0 none of them, 1 working, 2 needs you, 3 ready, 4 failed. NULL: no card.
ALTER TABLE jobs ADD COLUMN chip INTEGER;
ALTER TABLE jobs ADD COLUMN stars INTEGER;
ALTER TABLE jobs ADD COLUMN is_rejected INTEGER;
ALTER TABLE jobs ADD COLUMN project TEXT;
-- Length that was ordered, in seconds.
ALTER TABLE jobs ADD COLUMN secs INTEGER;
-- 1: the engine goes on with the job, or holds it ready, at every start.
ALTER TABLE jobs ADD COLUMN is_live INTEGER;
-- The run that it was ordered in.
ALTER TABLE jobs ADD COLUMN run TEXT;
-- The job that it continues from.
ALTER TABLE jobs ADD COLUMN parent TEXT;
-- When it was paid for, and what counts against caps: millionths of a dollar, or credits. NULL: nothing counts.
ALTER TABLE jobs ADD COLUMN paid_at INTEGER;
ALTER TABLE jobs ADD COLUMN paid_money INTEGER;
ALTER TABLE jobs ADD COLUMN paid_credits INTEGER;
-- When the gateway said that the clip was made.
ALTER TABLE jobs ADD COLUMN made_at INTEGER;
-- Size of its clip in bytes.
ALTER TABLE jobs ADD COLUMN clip_bytes INTEGER;

CREATE INDEX jobs_live ON jobs (id) WHERE is_live = 1;
CREATE INDEX jobs_by_recipe ON jobs (recipe, id, chip, stars, is_rejected, project) WHERE chip IS NOT NULL;
-- Each order of the wall, with what filters ask for, so that no document is read for a card that is not shown.
CREATE INDEX jobs_by_age ON jobs (id, chip, stars, project) WHERE chip IS NOT NULL;
CREATE INDEX jobs_by_chip ON jobs (chip, id, stars, project) WHERE chip IS NOT NULL;
CREATE INDEX jobs_by_stars ON jobs (stars, id, chip, project) WHERE chip IS NOT NULL;
CREATE INDEX jobs_by_secs ON jobs (secs, id, chip, stars, project) WHERE chip IS NOT NULL;
CREATE INDEX jobs_by_project ON jobs (project, id, chip, stars) WHERE chip IS NOT NULL;
CREATE INDEX jobs_by_run ON jobs (run) WHERE run IS NOT NULL;
CREATE INDEX jobs_by_parent ON jobs (parent) WHERE parent IS NOT NULL;
CREATE INDEX jobs_paid ON jobs (paid_at, gateway, paid_money, paid_credits) WHERE paid_at IS NOT NULL;
CREATE INDEX jobs_made ON jobs (made_at) WHERE made_at IS NOT NULL;

-- One row for each recipe that has a card: where its group stands in each order.
CREATE TABLE groups (
    recipe BLOB PRIMARY KEY NOT NULL,
    newest TEXT NOT NULL,
    oldest TEXT NOT NULL,
    -- Of its best take; rejected ones do not count.
    stars  INTEGER NOT NULL,
    secs   INTEGER NOT NULL,
    cards  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX groups_by_newest ON groups (newest);
CREATE INDEX groups_by_oldest ON groups (oldest);
CREATE INDEX groups_by_stars ON groups (stars, newest);
CREATE INDEX groups_by_secs ON groups (secs, newest);

-- How many cards there are of each kind, and the bytes of their clips, so that no chip has to count.
CREATE TABLE tallies (
    -- Empty where a job has no project.
    project    TEXT NOT NULL,
    chip       INTEGER NOT NULL,
    stars      INTEGER NOT NULL,
    cards      INTEGER NOT NULL,
    clips      INTEGER NOT NULL,
    clip_bytes INTEGER NOT NULL,
    PRIMARY KEY (project, chip, stars)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER card_added AFTER INSERT ON jobs WHEN NEW.chip IS NOT NULL BEGIN
    INSERT INTO tallies VALUES (coalesce(NEW.project, ''), NEW.chip, NEW.stars, 1, NEW.clip_bytes IS NOT NULL,
        coalesce(NEW.clip_bytes, 0))
        ON CONFLICT DO UPDATE SET cards = cards + 1, clips = clips + excluded.clips,
            clip_bytes = clip_bytes + excluded.clip_bytes;
    DELETE FROM groups WHERE recipe = NEW.recipe;
    INSERT INTO groups SELECT recipe, max(id), min(id), max(CASE WHEN is_rejected THEN 0 ELSE stars END), NEW.secs, count(*)
        FROM jobs WHERE recipe = NEW.recipe AND chip IS NOT NULL GROUP BY recipe;
END;

CREATE TRIGGER card_changed AFTER UPDATE ON jobs
    WHEN OLD.chip IS NOT NEW.chip OR OLD.stars IS NOT NEW.stars OR OLD.project IS NOT NEW.project
        OR OLD.clip_bytes IS NOT NEW.clip_bytes OR OLD.recipe IS NOT NEW.recipe BEGIN
    UPDATE tallies SET cards = cards - 1, clips = clips - (OLD.clip_bytes IS NOT NULL),
            clip_bytes = clip_bytes - coalesce(OLD.clip_bytes, 0)
        WHERE OLD.chip IS NOT NULL AND project = coalesce(OLD.project, '') AND chip = OLD.chip AND stars = OLD.stars;
    INSERT INTO tallies SELECT coalesce(NEW.project, ''), NEW.chip, NEW.stars, 1, NEW.clip_bytes IS NOT NULL,
            coalesce(NEW.clip_bytes, 0) WHERE NEW.chip IS NOT NULL
        ON CONFLICT DO UPDATE SET cards = cards + 1, clips = clips + excluded.clips,
            clip_bytes = clip_bytes + excluded.clip_bytes;
    DELETE FROM tallies WHERE cards = 0;
END;

CREATE TRIGGER group_changed AFTER UPDATE ON jobs
    WHEN (OLD.chip IS NULL) <> (NEW.chip IS NULL) OR OLD.stars IS NOT NEW.stars OR OLD.is_rejected IS NOT NEW.is_rejected
        OR OLD.recipe IS NOT NEW.recipe BEGIN
    DELETE FROM groups WHERE recipe IN (OLD.recipe, NEW.recipe);
    INSERT INTO groups SELECT recipe, max(id), min(id), max(CASE WHEN is_rejected THEN 0 ELSE stars END), max(secs), count(*)
        FROM jobs WHERE recipe IN (OLD.recipe, NEW.recipe) AND chip IS NOT NULL GROUP BY recipe;
END;

CREATE TRIGGER card_removed AFTER DELETE ON jobs WHEN OLD.chip IS NOT NULL BEGIN
    UPDATE tallies SET cards = cards - 1, clips = clips - (OLD.clip_bytes IS NOT NULL),
            clip_bytes = clip_bytes - coalesce(OLD.clip_bytes, 0)
        WHERE project = coalesce(OLD.project, '') AND chip = OLD.chip AND stars = OLD.stars;
    DELETE FROM tallies WHERE cards = 0;
    DELETE FROM groups WHERE recipe = OLD.recipe;
    INSERT INTO groups SELECT recipe, max(id), min(id), max(CASE WHEN is_rejected THEN 0 ELSE stars END), max(secs), count(*)
        FROM jobs WHERE recipe = OLD.recipe AND chip IS NOT NULL GROUP BY recipe;
END;

UPDATE kept SET value = '4' WHERE key = 'schema_version';
