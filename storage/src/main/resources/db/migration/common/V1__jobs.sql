-- Times are milliseconds since 1970 (UTC), ids are text, maps and lists are JSON text. The same SQL runs on SQLite and PostgreSQL.

CREATE TABLE provider (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL UNIQUE,
    kind         TEXT   NOT NULL,
    base_url     TEXT   NOT NULL,
    organization TEXT,
    project      TEXT,
    key_source   TEXT   NOT NULL,
    key_variable TEXT,
    key_last     TEXT,
    webhooks     INTEGER NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);

CREATE TABLE provider_secret (
    provider_id TEXT NOT NULL REFERENCES provider (id) ON DELETE CASCADE,
    purpose     TEXT NOT NULL,
    sealed      TEXT NOT NULL,
    PRIMARY KEY (provider_id, purpose)
);

CREATE TABLE sync_state (
    provider_id       TEXT    NOT NULL PRIMARY KEY,
    requested_at      BIGINT,
    started_at        BIGINT,
    finished_at       BIGINT,
    synced_at         BIGINT,
    failures          INTEGER NOT NULL,
    error_code        TEXT,
    error_message     TEXT,
    error_http_status INTEGER,
    retry_not_before  BIGINT
);

CREATE TABLE webhook_delivery (
    provider_id TEXT   NOT NULL,
    webhook_id  TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (provider_id, webhook_id)
);

CREATE TABLE dataset (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    filename   TEXT   NOT NULL,
    sha256     TEXT   NOT NULL UNIQUE,
    bytes      BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    examples   BIGINT NOT NULL,
    errors     BIGINT NOT NULL,
    warnings   BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE dataset_finding (
    dataset_id TEXT    NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    severity   TEXT    NOT NULL,
    line       BIGINT  NOT NULL,
    path       TEXT,
    args       TEXT    NOT NULL,
    PRIMARY KEY (dataset_id, seq)
);

CREATE TABLE job (
    id                    TEXT    NOT NULL PRIMARY KEY,
    name                  TEXT    NOT NULL,
    provider_id           TEXT    NOT NULL REFERENCES provider (id),
    origin                TEXT    NOT NULL,
    remote_id             TEXT,
    status                TEXT    NOT NULL,
    live                  INTEGER NOT NULL,
    provider_status       TEXT,
    phase                 TEXT,
    progress_percent      INTEGER,
    progress_step         BIGINT,
    progress_total        BIGINT,
    progress_kind         TEXT    NOT NULL,
    eta                   BIGINT,
    base_model            TEXT    NOT NULL,
    resolved_model        TEXT,
    suffix                TEXT,
    seed                  BIGINT,
    method                TEXT    NOT NULL,
    hyperparameters       TEXT    NOT NULL,
    training_dataset_id   TEXT REFERENCES dataset (id),
    validation_dataset_id TEXT REFERENCES dataset (id),
    training_file         TEXT,
    validation_file       TEXT,
    fine_tuned_model      TEXT,
    error_code            TEXT,
    error_message         TEXT,
    error_param           TEXT,
    trouble_code          TEXT,
    trouble_message       TEXT,
    trouble_param         TEXT,
    trained_tokens        BIGINT,
    result_files          TEXT    NOT NULL,
    submission_outcome    TEXT    NOT NULL,
    submission_attempts   INTEGER NOT NULL,
    submission_first_sent BIGINT,
    submission_last_sent  BIGINT,
    submission_failures   INTEGER NOT NULL,
    missing_since         BIGINT,
    cancel_requested_at   BIGINT,
    created_at            BIGINT  NOT NULL,
    submitted_at          BIGINT,
    started_at            BIGINT,
    finished_at           BIGINT,
    synced_at             BIGINT,
    raw                   TEXT,
    changed_at            BIGINT  NOT NULL,
    version               BIGINT  NOT NULL
);

CREATE UNIQUE INDEX job_remote ON job (provider_id, remote_id);
CREATE INDEX job_remote_anywhere ON job (remote_id);
CREATE INDEX job_newest ON job (created_at, id);
CREATE INDEX job_newest_by_status ON job (status, created_at, id);
CREATE INDEX job_newest_by_provider ON job (provider_id, created_at, id);
CREATE INDEX job_counts_by_provider ON job (provider_id, status);
CREATE INDEX job_changed ON job (changed_at);
CREATE INDEX job_live ON job (provider_id, created_at) WHERE live = 1;
CREATE INDEX job_training_dataset ON job (training_dataset_id);
CREATE INDEX job_validation_dataset ON job (validation_dataset_id);

CREATE TABLE job_event (
    job_id  TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    id      TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    level   TEXT   NOT NULL,
    type    TEXT   NOT NULL,
    message TEXT   NOT NULL,
    data    TEXT,
    PRIMARY KEY (job_id, id)
);

CREATE INDEX job_event_newest ON job_event (job_id, at, seq);

CREATE TABLE job_metric (
    job_id TEXT             NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    name   TEXT             NOT NULL,
    step   BIGINT           NOT NULL,
    value  DOUBLE PRECISION NOT NULL,
    at     BIGINT           NOT NULL,
    PRIMARY KEY (job_id, name, step)
);

CREATE TABLE job_checkpoint (
    job_id     TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    id         TEXT   NOT NULL,
    step       BIGINT NOT NULL,
    model      TEXT   NOT NULL,
    metrics    TEXT   NOT NULL,
    created_at BIGINT,
    PRIMARY KEY (job_id, id)
);

CREATE TABLE job_transition (
    job_id          TEXT    NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    at              BIGINT  NOT NULL,
    from_status     TEXT,
    to_status       TEXT    NOT NULL,
    phase           TEXT,
    provider_status TEXT,
    PRIMARY KEY (job_id, seq)
);

CREATE TABLE used_key (
    idempotency_key TEXT   NOT NULL PRIMARY KEY,
    request_hash    TEXT   NOT NULL,
    job_id          TEXT   NOT NULL,
    at              BIGINT NOT NULL
);

CREATE TABLE uploaded_file (
    provider_id TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    file_id     TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (provider_id, sha256)
);

CREATE TABLE activation (
    alias          TEXT   NOT NULL,
    number         BIGINT NOT NULL,
    provider_id    TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    job_id         TEXT,
    previous_model TEXT,
    by_name        TEXT   NOT NULL,
    reason         TEXT,
    rollback_of    BIGINT,
    at             BIGINT NOT NULL,
    PRIMARY KEY (alias, number)
);

CREATE TABLE sign_in_code (
    hash       TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE session (
    hash       TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE task_wakeup (
    task_name     TEXT   NOT NULL,
    task_instance TEXT   NOT NULL,
    wake_at       BIGINT NOT NULL,
    PRIMARY KEY (task_name, task_instance)
);
