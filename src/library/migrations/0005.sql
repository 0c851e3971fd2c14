-- What the ledger and the form ask about without reading documents.

-- `paid_at` is there for every order of a paid gateway that does not wait to be sent, also where nothing counts against
-- caps: the ledger has a row for each of them. `paid_money` and `paid_credits` still are what counts.
UPDATE jobs SET paid_at = coalesce(json_extract(doc, '$.sent_at'), created_at)
    WHERE paid_at IS NULL AND recipe IS NOT NULL AND json_valid(doc) AND gateway <> 'practice' AND state <> 'queued';

-- Takes without a card: those of the others are found by `jobs_by_recipe`.
CREATE INDEX jobs_hidden_by_recipe ON jobs (recipe, id) WHERE chip IS NULL;

-- Every gateway that a job was ever ordered at.
CREATE TABLE used_gateways (
    gateway TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO used_gateways SELECT DISTINCT gateway FROM jobs;

CREATE TRIGGER gateway_used AFTER INSERT ON jobs BEGIN
    INSERT INTO used_gateways VALUES (NEW.gateway) ON CONFLICT DO NOTHING;
END;

UPDATE kept SET value = '5' WHERE key = 'schema_version';
