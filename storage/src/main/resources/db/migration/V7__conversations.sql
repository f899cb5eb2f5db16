-- Conversations that people rate and correct. Long texts stand last, so that lists need not read past them.

CREATE TABLE conversation (
    id          TEXT    NOT NULL PRIMARY KEY,
    identity    TEXT    NOT NULL,
    external_id TEXT,
    stars       INTEGER,
    edited      BOOLEAN NOT NULL,
    said_at     BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL,
    judged_by   TEXT,
    judged_at   BIGINT,
    version     BIGINT  NOT NULL,
    turn_count  INTEGER NOT NULL,
    model       TEXT,
    tags        TEXT    NOT NULL,
    question    TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    edits       TEXT    NOT NULL,
    tools       TEXT,
    turns       TEXT    NOT NULL,
    search_text TEXT    NOT NULL
);
CREATE UNIQUE INDEX conversation_identity ON conversation (identity);
CREATE INDEX conversation_order ON conversation (said_at, id);
CREATE INDEX conversation_stars ON conversation (stars, said_at);

CREATE TABLE conversation_tag (
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    tag             TEXT NOT NULL,
    PRIMARY KEY (conversation_id, tag)
);
CREATE INDEX conversation_tag_name ON conversation_tag (tag);
