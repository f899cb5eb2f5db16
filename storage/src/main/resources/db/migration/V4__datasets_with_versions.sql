-- A dataset becomes one version of a named family; its content may be shared, and it may outlive its bytes.

CREATE TABLE dataset_family (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    notes        TEXT    NOT NULL,
    search_text  TEXT    NOT NULL,
    last_version INTEGER NOT NULL,
    created_at   BIGINT  NOT NULL
);

CREATE TABLE dataset_tag (
    family_id TEXT NOT NULL REFERENCES dataset_family (id) ON DELETE CASCADE,
    tag       TEXT NOT NULL,
    PRIMARY KEY (family_id, tag)
);
CREATE INDEX dataset_tag_name ON dataset_tag (tag);

INSERT INTO dataset_family (id, name, notes, search_text, last_version, created_at)
SELECT id, name, '', LOWER(name), 1, created_at FROM dataset;

ALTER TABLE dataset ADD COLUMN family_id TEXT REFERENCES dataset_family (id);
ALTER TABLE dataset ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE dataset ADD COLUMN format TEXT NOT NULL DEFAULT 'json_lines';
ALTER TABLE dataset ADD COLUMN check_state TEXT NOT NULL DEFAULT 'done';
ALTER TABLE dataset ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE dataset ADD COLUMN accepted_by TEXT;
ALTER TABLE dataset ADD COLUMN accepted_at BIGINT;
ALTER TABLE dataset ADD COLUMN origin_way TEXT NOT NULL DEFAULT 'upload';
ALTER TABLE dataset ADD COLUMN origin_dataset TEXT REFERENCES dataset (id);
ALTER TABLE dataset ADD COLUMN origin_recipe TEXT NOT NULL DEFAULT '{}';
ALTER TABLE dataset ADD COLUMN deleted_at BIGINT;
UPDATE dataset SET family_id = id;
ALTER TABLE dataset DROP COLUMN name;

DROP INDEX dataset_content;
CREATE INDEX dataset_sha256 ON dataset (sha256);
CREATE UNIQUE INDEX dataset_version ON dataset (family_id, version);
CREATE INDEX dataset_origin ON dataset (origin_dataset);

CREATE INDEX dataset_finding_of_rule ON dataset_finding (dataset_id, rule, line);

-- What the check came to, beyond the counts that lists show.
CREATE TABLE dataset_report (
    dataset_id  TEXT   NOT NULL PRIMARY KEY REFERENCES dataset (id) ON DELETE CASCADE,
    rules       TEXT   NOT NULL,
    lines       BIGINT NOT NULL,
    line_every  BIGINT NOT NULL,
    line_starts TEXT   NOT NULL,
    numbers     TEXT
);

-- A check that is not over.
CREATE TABLE dataset_check (
    dataset_id       TEXT    NOT NULL PRIMARY KEY REFERENCES dataset (id) ON DELETE CASCADE,
    started_at       BIGINT,
    bytes_read       BIGINT  NOT NULL,
    examples         BIGINT  NOT NULL,
    rules            TEXT    NOT NULL,
    findings         TEXT    NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    attempts         INTEGER NOT NULL
);

-- Contents whose bytes we keep or are about to.
CREATE TABLE dataset_content (
    sha256        TEXT    NOT NULL PRIMARY KEY,
    wanted_at     BIGINT  NOT NULL,
    being_deleted BOOLEAN NOT NULL
);
INSERT INTO dataset_content (sha256, wanted_at, being_deleted)
SELECT DISTINCT sha256, created_at, FALSE FROM dataset;
