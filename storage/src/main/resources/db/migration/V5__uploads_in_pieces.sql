CREATE TABLE dataset_upload (
    id         TEXT   NOT NULL PRIMARY KEY,
    node       TEXT   NOT NULL,
    filename   TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    length     BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    sha256     TEXT,
    dataset_id TEXT,
    trouble    TEXT,
    created_at BIGINT NOT NULL,
    moved_at   BIGINT NOT NULL
);
CREATE INDEX dataset_upload_still ON dataset_upload (state, moved_at);
