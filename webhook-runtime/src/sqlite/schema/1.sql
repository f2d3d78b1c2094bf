-- All times are milliseconds since the Unix epoch.

CREATE TABLE webhook_schema (version INTEGER NOT NULL) STRICT;
INSERT INTO webhook_schema VALUES (0);

-- The rows of the inbox. Small, since each is written several times; what is written once stands in the next table.
CREATE TABLE webhook_inbox (
    -- Never used again, not even after its row was deleted.
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    endpoint TEXT NOT NULL,
    provider TEXT NOT NULL,
    tenant TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    -- Seconds.
    timestamp INTEGER NOT NULL,
    is_timestamp_signed INTEGER NOT NULL,
    serial TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'dead')),
    -- Of the rows with one endpoint and serial that are neither done nor dead, all but one are behind.
    is_behind INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- Counts the tickets, and whatever else makes one invalid.
    fence INTEGER NOT NULL,
    put_at INTEGER NOT NULL,
    -- When something is to be done with it: of a waiting row, handle it; of a running one, take it over; of a done one,
    -- delete it.
    due_at INTEGER,
    -- How long that was ahead when it was said.
    pause INTEGER NOT NULL,
    -- When it was done or dead.
    ended_at INTEGER,
    last_error TEXT
) STRICT;

-- What can be taken, the longest due first.
CREATE INDEX webhook_inbox_due ON webhook_inbox (endpoint, due_at, row) WHERE ended_at IS NULL AND is_behind = 0;
-- The one that is not behind. That there is one alone is the rule.
CREATE UNIQUE INDEX webhook_inbox_head ON webhook_inbox (endpoint, serial)
    WHERE ended_at IS NULL AND is_behind = 0 AND serial IS NOT NULL;
-- Who is next.
CREATE INDEX webhook_inbox_serial ON webhook_inbox (endpoint, serial, row)
    WHERE ended_at IS NULL AND serial IS NOT NULL;
-- What is counted and listed.
CREATE INDEX webhook_inbox_state ON webhook_inbox (state, endpoint);
-- What can be deleted.
CREATE INDEX webhook_inbox_old ON webhook_inbox (due_at) WHERE state = 'done';

CREATE TABLE webhook_inbox_content (
    row INTEGER PRIMARY KEY,
    -- A line for each.
    headers BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE webhook_inbox_failure (
    id INTEGER PRIMARY KEY,
    row INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    error TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_inbox_failure_row ON webhook_inbox_failure (row);

CREATE TRIGGER webhook_inbox_deleted AFTER DELETE ON webhook_inbox BEGIN
    DELETE FROM webhook_inbox_content WHERE row = old.row;
    DELETE FROM webhook_inbox_failure WHERE row = old.row;
END;

-- The claims of the idempotent mode.
CREATE TABLE webhook_store (
    key TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,
    is_done INTEGER NOT NULL,
    -- When it does not count any more, and how long that was ahead when it was said.
    until INTEGER NOT NULL,
    pause INTEGER NOT NULL,
    -- When it can be deleted.
    forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_store_old ON webhook_store (forget_at);

-- The last fence that was given.
CREATE TABLE webhook_store_fence (last INTEGER NOT NULL) STRICT;
INSERT INTO webhook_store_fence VALUES (0);
