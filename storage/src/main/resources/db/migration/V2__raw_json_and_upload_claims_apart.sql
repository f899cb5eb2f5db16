-- The provider's JSON is large and read for one job at a time; in the way of lists and searches it made them read all of it.
CREATE TABLE job_raw (
    job_id TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    raw    TEXT NOT NULL
);
INSERT INTO job_raw (job_id, raw) SELECT id, raw FROM job WHERE raw IS NOT NULL;
ALTER TABLE job DROP COLUMN raw;

-- Which job uploads a file's content to a provider right now; the others that need it wait. A claim is held no longer than
-- one run of the job's submission, which runs again when it was cut off.
CREATE TABLE upload_claim (
    provider_id TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    job_id      TEXT   NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    claimed_at  BIGINT NOT NULL,
    PRIMARY KEY (provider_id, sha256)
);
CREATE INDEX upload_claim_of_job ON upload_claim (job_id);
