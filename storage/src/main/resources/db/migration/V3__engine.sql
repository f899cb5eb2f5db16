-- The local engine's books. They refer to nothing of the console's: to it the engine is a provider like any other.

CREATE TABLE engine_file (
    serial     ${serial},
    id         TEXT   NOT NULL,
    filename   TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    sha256     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE UNIQUE INDEX engine_file_id ON engine_file (id);
CREATE INDEX engine_file_of_purpose ON engine_file (purpose, serial);
CREATE INDEX engine_file_expiring ON engine_file (expires_at);

CREATE TABLE engine_upload (
    id                 TEXT   NOT NULL PRIMARY KEY,
    filename           TEXT   NOT NULL,
    purpose            TEXT   NOT NULL,
    mime_type          TEXT   NOT NULL,
    bytes              BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    expires_at         BIGINT NOT NULL,
    file_expires_after BIGINT,
    status             TEXT   NOT NULL,
    file_id            TEXT
);
CREATE INDEX engine_upload_expiring ON engine_upload (status, expires_at);

CREATE TABLE engine_upload_part (
    id         TEXT   NOT NULL PRIMARY KEY,
    upload_id  TEXT   NOT NULL REFERENCES engine_upload (id) ON DELETE CASCADE,
    bytes      BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX engine_upload_part_of ON engine_upload_part (upload_id);

CREATE TABLE engine_job (
    serial           ${serial},
    id               TEXT    NOT NULL,
    status           TEXT    NOT NULL,
    model            TEXT    NOT NULL,
    base_model       TEXT    NOT NULL,
    final_model      TEXT    NOT NULL,
    training_file    TEXT    NOT NULL,
    validation_file  TEXT,
    suffix           TEXT,
    seed             BIGINT  NOT NULL,
    method           TEXT    NOT NULL,
    hyperparameters  TEXT    NOT NULL,
    metadata         TEXT,
    resolved         TEXT,
    step             BIGINT  NOT NULL,
    total_steps      BIGINT,
    pause_wanted     BOOLEAN NOT NULL,
    resumed          BOOLEAN NOT NULL,
    starts           INTEGER NOT NULL,
    crashes          INTEGER NOT NULL,
    attempt          INTEGER NOT NULL,
    log_read         BIGINT  NOT NULL,
    created_at       BIGINT  NOT NULL,
    started_at       BIGINT,
    finished_at      BIGINT,
    estimated_finish BIGINT,
    fine_tuned_model TEXT,
    trained_tokens   BIGINT,
    result_file      TEXT,
    error_code       TEXT,
    error_message    TEXT,
    error_param      TEXT,
    version          BIGINT  NOT NULL
);
CREATE UNIQUE INDEX engine_job_id ON engine_job (id);
CREATE INDEX engine_job_open ON engine_job (model) WHERE status IN ('validating_files', 'queued', 'running', 'paused');

CREATE TABLE engine_job_metadata (
    job_id TEXT NOT NULL REFERENCES engine_job (id) ON DELETE CASCADE,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (job_id, name)
);
CREATE INDEX engine_job_metadata_pair ON engine_job_metadata (name, value, job_id);

CREATE TABLE engine_event (
    serial  ${serial},
    id      TEXT   NOT NULL,
    job_id  TEXT   NOT NULL REFERENCES engine_job (id) ON DELETE CASCADE,
    at      BIGINT NOT NULL,
    level   TEXT   NOT NULL,
    type    TEXT   NOT NULL,
    message TEXT   NOT NULL,
    data    TEXT   NOT NULL,
    mark    TEXT
);
CREATE INDEX engine_event_newest ON engine_event (job_id, serial);
CREATE UNIQUE INDEX engine_event_once ON engine_event (job_id, mark);

CREATE TABLE engine_checkpoint (
    serial     ${serial},
    id         TEXT   NOT NULL,
    job_id     TEXT   NOT NULL REFERENCES engine_job (id) ON DELETE CASCADE,
    step       BIGINT NOT NULL,
    model      TEXT   NOT NULL,
    metrics    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX engine_checkpoint_step ON engine_checkpoint (job_id, step);

CREATE TABLE engine_model (
    serial     ${serial},
    name       TEXT   NOT NULL,
    job_id     TEXT   NOT NULL,
    base_model TEXT   NOT NULL,
    folder     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX engine_model_name ON engine_model (name);
CREATE INDEX engine_model_of_job ON engine_model (job_id);

CREATE TABLE engine_used_key (
    idempotency_key TEXT   NOT NULL PRIMARY KEY,
    request_hash    TEXT   NOT NULL,
    job_id          TEXT   NOT NULL,
    used_at         BIGINT NOT NULL
);

CREATE TABLE engine_webhook_endpoint (
    serial           ${serial},
    id               TEXT     NOT NULL,
    name             TEXT     NOT NULL,
    url              TEXT     NOT NULL,
    event_types      TEXT     NOT NULL,
    hint             TEXT     NOT NULL,
    sealed           ${bytes} NOT NULL,
    old_sealed       ${bytes},
    old_sealed_until BIGINT,
    created_at       BIGINT   NOT NULL,
    updated_at       BIGINT   NOT NULL,
    disabled_at      BIGINT
);
CREATE UNIQUE INDEX engine_webhook_endpoint_id ON engine_webhook_endpoint (id);

CREATE TABLE engine_webhook_delivery (
    id          TEXT    NOT NULL PRIMARY KEY,
    endpoint_id TEXT    NOT NULL REFERENCES engine_webhook_endpoint (id) ON DELETE CASCADE,
    event_type  TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    attempts    INTEGER NOT NULL
);

-- Machines with the engine, each with what it says about itself.
CREATE TABLE engine_machine (
    id      TEXT   NOT NULL PRIMARY KEY,
    url     TEXT,
    about   TEXT   NOT NULL,
    seen_at BIGINT NOT NULL
);

-- Queues like scheduled_tasks, one per role, so that no machine claims work that it cannot do.
CREATE TABLE engine_task (
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
CREATE INDEX engine_task_due ON engine_task (execution_time);
CREATE INDEX engine_task_heartbeat ON engine_task (last_heartbeat);

CREATE TABLE engine_task_wakeup (
    task_name     TEXT   NOT NULL,
    task_instance TEXT   NOT NULL,
    wake_at       BIGINT NOT NULL,
    PRIMARY KEY (task_name, task_instance)
);

CREATE TABLE training_task (
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
CREATE INDEX training_task_due ON training_task (execution_time);
CREATE INDEX training_task_heartbeat ON training_task (last_heartbeat);

CREATE TABLE training_task_wakeup (
    task_name     TEXT   NOT NULL,
    task_instance TEXT   NOT NULL,
    wake_at       BIGINT NOT NULL,
    PRIMARY KEY (task_name, task_instance)
);
