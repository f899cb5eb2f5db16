-- Background work; the table of db-scheduler (kagkarlsson/db-scheduler, version 16).
CREATE TABLE scheduled_tasks (
    task_name            TEXT   NOT NULL,
    task_instance        TEXT   NOT NULL,
    task_data            BLOB,
    execution_time       TIMESTAMP NOT NULL,
    picked               BOOLEAN NOT NULL,
    picked_by            TEXT,
    last_success         TIMESTAMP,
    last_failure         TIMESTAMP,
    consecutive_failures INTEGER,
    last_heartbeat       TIMESTAMP,
    version              BIGINT NOT NULL,
    priority             INTEGER,
    PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX scheduled_tasks_due ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_heartbeat ON scheduled_tasks (last_heartbeat);

-- Calls made to providers.
CREATE TABLE provider_call (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          BIGINT NOT NULL,
    provider_id TEXT   NOT NULL,
    job_id      TEXT,
    call        TEXT   NOT NULL,
    http_status INTEGER,
    millis      BIGINT NOT NULL,
    request_id  TEXT,
    error       TEXT
);

CREATE INDEX provider_call_of_job ON provider_call (job_id, id);
CREATE INDEX provider_call_of_provider ON provider_call (provider_id, id);
CREATE INDEX provider_call_age ON provider_call (at);
