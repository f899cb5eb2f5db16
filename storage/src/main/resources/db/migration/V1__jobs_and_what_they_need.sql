-- Runs on SQLite and PostgreSQL alike; what differs is a placeholder that Dialect fills.
-- Instants are milliseconds since 1970, ids are text, maps and lists are JSON text.

CREATE TABLE provider (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    name_folded  TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    base_url     TEXT    NOT NULL,
    organization TEXT,
    project      TEXT,
    key_source   TEXT    NOT NULL,
    key_variable TEXT,
    key_shown    TEXT,
    webhooks     BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    version      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX provider_name ON provider (name_folded);

CREATE TABLE provider_secret (
    provider_id TEXT     NOT NULL REFERENCES provider (id) ON DELETE CASCADE,
    purpose     TEXT     NOT NULL,
    sealed      ${bytes} NOT NULL,
    PRIMARY KEY (provider_id, purpose)
);

CREATE TABLE dataset (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    filename   TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    examples   BIGINT NOT NULL,
    errors     BIGINT NOT NULL,
    warnings   BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX dataset_content ON dataset (sha256);
CREATE INDEX dataset_newest ON dataset (created_at, id);

CREATE TABLE dataset_finding (
    dataset_id TEXT    NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    line       BIGINT  NOT NULL,
    position   INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    severity   TEXT    NOT NULL,
    path       TEXT,
    args       TEXT    NOT NULL,
    PRIMARY KEY (dataset_id, line, position)
);

-- search_text and the columns of lists come before raw, which is large: a scan then need not read it.
CREATE TABLE job (
    id                      TEXT    NOT NULL PRIMARY KEY,
    provider_id             TEXT    NOT NULL REFERENCES provider (id),
    remote_id               TEXT,
    status                  TEXT    NOT NULL,
    created_at              BIGINT  NOT NULL,
    changed_at              BIGINT  NOT NULL,
    version                 BIGINT  NOT NULL,
    search_text             TEXT    NOT NULL,
    name                    TEXT    NOT NULL,
    origin                  TEXT    NOT NULL,
    provider_status         TEXT,
    phase                   TEXT,
    progress_percent        INTEGER,
    progress_step           BIGINT,
    progress_total          BIGINT,
    progress_kind           TEXT    NOT NULL,
    eta                     BIGINT,
    base_model              TEXT    NOT NULL,
    resolved_model          TEXT,
    suffix                  TEXT,
    seed                    BIGINT,
    method                  TEXT    NOT NULL,
    hyperparameters         TEXT    NOT NULL,
    training_dataset        TEXT    REFERENCES dataset (id),
    validation_dataset      TEXT    REFERENCES dataset (id),
    training_file           TEXT,
    validation_file         TEXT,
    fine_tuned_model        TEXT,
    error_code              TEXT,
    error_message           TEXT,
    error_param             TEXT,
    trouble_code            TEXT,
    trouble_message         TEXT,
    trouble_param           TEXT,
    trained_tokens          BIGINT,
    result_files            TEXT    NOT NULL,
    submission_outcome      TEXT    NOT NULL,
    submission_attempts     INTEGER NOT NULL,
    submission_first_sent_at BIGINT,
    submission_last_sent_at BIGINT,
    submission_failures     INTEGER NOT NULL,
    missing_since           BIGINT,
    cancel_requested_at     BIGINT,
    submitted_at            BIGINT,
    started_at              BIGINT,
    finished_at             BIGINT,
    synced_at               BIGINT,
    raw                     TEXT
);
CREATE UNIQUE INDEX job_remote_id ON job (provider_id, remote_id);
CREATE INDEX job_any_remote_id ON job (remote_id);
CREATE INDEX job_newest ON job (created_at, id);
CREATE INDEX job_newest_of_status ON job (status, created_at, id);
CREATE INDEX job_newest_of_provider ON job (provider_id, created_at, id);
CREATE INDEX job_newest_of_provider_and_status ON job (provider_id, status, created_at, id);
CREATE INDEX job_open ON job (provider_id, created_at, id) WHERE status IN ('pending', 'running', 'paused');
CREATE INDEX job_changed ON job (changed_at, id);
CREATE INDEX job_training_dataset ON job (training_dataset);
CREATE INDEX job_validation_dataset ON job (validation_dataset);

CREATE TABLE job_event (
    serial   ${serial},
    job_id   TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    event_id TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    level    TEXT   NOT NULL,
    type     TEXT   NOT NULL,
    message  TEXT   NOT NULL,
    data     TEXT
);
CREATE UNIQUE INDEX job_event_id ON job_event (job_id, event_id);
CREATE INDEX job_event_newest ON job_event (job_id, at, serial);

CREATE TABLE job_metric (
    job_id TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    name   TEXT   NOT NULL,
    step   BIGINT NOT NULL,
    value  DOUBLE PRECISION, -- SQLite keeps "not a number" as NULL
    at     BIGINT NOT NULL,
    PRIMARY KEY (job_id, name, step)
);

CREATE TABLE job_checkpoint (
    job_id        TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    checkpoint_id TEXT   NOT NULL,
    step          BIGINT NOT NULL,
    model         TEXT   NOT NULL,
    metrics       TEXT   NOT NULL,
    created_at    BIGINT,
    PRIMARY KEY (job_id, checkpoint_id)
);

CREATE TABLE job_transition (
    serial          ${serial},
    job_id          TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    at              BIGINT NOT NULL,
    from_status     TEXT,
    to_status       TEXT   NOT NULL,
    phase           TEXT,
    provider_status TEXT
);
CREATE INDEX job_transition_oldest ON job_transition (job_id, at, serial);

-- Outlives its job: a repeated request must not start a second one.
CREATE TABLE used_key (
    idempotency_key TEXT   NOT NULL PRIMARY KEY,
    request_hash    TEXT   NOT NULL,
    job_id          TEXT   NOT NULL,
    used_at         BIGINT NOT NULL
);
CREATE INDEX used_key_age ON used_key (used_at);

CREATE TABLE uploaded_file (
    provider_id TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    file_id     TEXT   NOT NULL,
    uploaded_at BIGINT NOT NULL,
    PRIMARY KEY (provider_id, sha256)
);

CREATE TABLE provider_call (
    serial      ${serial},
    at          BIGINT NOT NULL,
    provider_id TEXT   NOT NULL,
    job_id      TEXT,
    call        TEXT   NOT NULL,
    http_status INTEGER,
    millis      BIGINT NOT NULL,
    request_id  TEXT,
    error       TEXT
);
CREATE INDEX provider_call_of_job ON provider_call (job_id, provider_id, at, serial);
CREATE INDEX provider_call_of_provider ON provider_call (provider_id, at, serial);
CREATE INDEX provider_call_age ON provider_call (at);

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
CREATE INDEX webhook_delivery_age ON webhook_delivery (received_at);

CREATE TABLE activation (
    alias          TEXT   NOT NULL,
    number         BIGINT NOT NULL,
    provider_id    TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    job_id         TEXT,
    previous_model TEXT,
    activated_by   TEXT   NOT NULL,
    reason         TEXT,
    rollback_of    BIGINT,
    at             BIGINT NOT NULL,
    PRIMARY KEY (alias, number)
);

CREATE TABLE sign_in_code (
    code_hash      TEXT   NOT NULL PRIMARY KEY,
    principal_name TEXT   NOT NULL,
    principal_role TEXT   NOT NULL,
    expires_at     BIGINT NOT NULL
);

CREATE TABLE user_session (
    token_hash     TEXT   NOT NULL PRIMARY KEY,
    principal_name TEXT   NOT NULL,
    principal_role TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);

-- The table that db-scheduler works on, its columns and names; instants as everywhere else.
CREATE TABLE scheduled_tasks (
    task_name            TEXT    NOT NULL,
    task_instance        TEXT    NOT NULL,
    task_data            ${bytes},
    execution_time       BIGINT  NOT NULL,
    picked               BOOLEAN NOT NULL,
    picked_by            TEXT,
    last_success         BIGINT,
    last_failure         BIGINT,
    consecutive_failures INTEGER,
    last_heartbeat       BIGINT,
    version              BIGINT  NOT NULL,
    priority             SMALLINT,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_due ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_heartbeat ON scheduled_tasks (last_heartbeat);

-- "Run again afterwards", noted for a task whose step is running.
CREATE TABLE task_wakeup (
    task_name     TEXT   NOT NULL,
    task_instance TEXT   NOT NULL,
    wake_at       BIGINT NOT NULL,
    PRIMARY KEY (task_name, task_instance)
);
