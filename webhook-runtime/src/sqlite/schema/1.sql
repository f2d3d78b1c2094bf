-- Times are milliseconds since the Unix epoch; durations are milliseconds.

CREATE TABLE webhook_schema (version INTEGER NOT NULL) STRICT;
INSERT INTO webhook_schema VALUES (0);

-- Rows of the inbox. A row is written about four times; its headers and its body, written once, are in
-- webhook_inbox_content.
CREATE TABLE webhook_inbox (
    -- AUTOINCREMENT: an id is never reused, not even after its row was deleted.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    endpoint TEXT NOT NULL,
    provider TEXT NOT NULL,
    tenant TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    -- Seconds since the Unix epoch.
    timestamp INTEGER NOT NULL,
    is_timestamp_signed INTEGER NOT NULL,
    ordering_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'dead')),
    -- Of the pending and running rows with one endpoint and ordering key, all but one are blocked.
    is_blocked INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- Incremented by each lease, and whenever a lease is revoked.
    fencing_token INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    -- Pending: the row may be leased. Running: its lease expires. Done: it may be deleted.
    due_at INTEGER,
    -- Distance of due_at from the time at which it was set: reveals a clock that went back since.
    delay INTEGER NOT NULL,
    -- Time at which the row became done or dead.
    ended_at INTEGER,
    last_error TEXT
) STRICT;

-- Rows that can be leased, those due the longest first.
CREATE INDEX webhook_inbox_due ON webhook_inbox (endpoint, due_at, id) WHERE ended_at IS NULL AND is_blocked = 0;
-- The unblocked row of a lane; there is at most one.
CREATE UNIQUE INDEX webhook_inbox_lane_unblocked ON webhook_inbox (endpoint, ordering_key)
    WHERE ended_at IS NULL AND is_blocked = 0 AND ordering_key IS NOT NULL;
-- Pending and running rows of a lane, in order.
CREATE INDEX webhook_inbox_lane ON webhook_inbox (endpoint, ordering_key, id)
    WHERE ended_at IS NULL AND ordering_key IS NOT NULL;
-- Counts by state.
CREATE INDEX webhook_inbox_state ON webhook_inbox (state, endpoint);
-- Done rows that may be deleted.
CREATE INDEX webhook_inbox_expired ON webhook_inbox (due_at) WHERE state = 'done';

CREATE TABLE webhook_inbox_content (
    id INTEGER PRIMARY KEY,
    -- One line for each value.
    headers BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE webhook_inbox_failure (
    id INTEGER PRIMARY KEY,
    row_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    error TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_inbox_failure_row_id ON webhook_inbox_failure (row_id);

CREATE TRIGGER webhook_inbox_deleted AFTER DELETE ON webhook_inbox BEGIN
    DELETE FROM webhook_inbox_content WHERE id = old.id;
    DELETE FROM webhook_inbox_failure WHERE row_id = old.id;
END;

-- Claims of the idempotency store.
CREATE TABLE webhook_store (
    key TEXT PRIMARY KEY,
    fencing_token INTEGER NOT NULL,
    is_done INTEGER NOT NULL,
    -- End of the lease, or of the retention of a done entry.
    expires_at INTEGER NOT NULL,
    -- Distance of expires_at from the time at which it was set: reveals a clock that went back since.
    lifetime INTEGER NOT NULL,
    -- Time at which the entry may be deleted.
    delete_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_store_expired ON webhook_store (delete_after);

-- The last fencing token that was issued.
CREATE TABLE webhook_store_fencing_token (last INTEGER NOT NULL) STRICT;
INSERT INTO webhook_store_fencing_token VALUES (0);
