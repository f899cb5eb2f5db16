CREATE TABLE dataset_making (
    id           TEXT   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    source_id    TEXT,
    recipe       TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    done         BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    results      TEXT   NOT NULL,
    trouble      TEXT,
    trouble_args TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE INDEX dataset_making_state ON dataset_making (state, created_at);
