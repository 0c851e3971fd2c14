-- How many groups there are, so that the first page of a large library need not count them: one row.
CREATE TABLE group_count (
    only   INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;

INSERT INTO group_count SELECT 1, count(*) FROM groups;

CREATE TRIGGER group_counted AFTER INSERT ON groups BEGIN
    UPDATE group_count SET number = number + 1;
END;

CREATE TRIGGER group_uncounted AFTER DELETE ON groups BEGIN
    UPDATE group_count SET number = number - 1;
END;

UPDATE kept SET value = '6' WHERE key = 'schema_version';
