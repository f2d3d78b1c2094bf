CREATE TABLE {schema}.version (version integer NOT NULL);
INSERT INTO {schema}.version VALUES (1);

-- Of all claims and tickets: each later one is greater.
CREATE SEQUENCE {schema}.fence;

-- The idempotent mode: which deliveries are in progress and which are done.
CREATE TABLE {schema}.claims (
    -- The SHA-256 of the key: indexes refuse texts of more than 2,700 bytes.
    id bytea PRIMARY KEY,
    key text NOT NULL,
    fence bigint NOT NULL,
    is_done boolean NOT NULL,
    -- Held, if it is not done: the end of its lease. Done: when it may be forgotten.
    until timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX claims_until ON {schema}.claims (until);

-- The inbox mode: a row for each delivery.
CREATE TABLE {schema}.inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_hash bytea NOT NULL UNIQUE,
    key text NOT NULL,
    endpoint text COLLATE "C" NOT NULL,
    provider text NOT NULL,
    tenant text NOT NULL,
    delivery_id text NOT NULL,
    event_type text NOT NULL,
    -- Seconds since the Unix epoch.
    signed_at bigint NOT NULL,
    is_time_signed boolean NOT NULL,
    header_names text[] NOT NULL,
    header_values bytea[] NOT NULL,
    body bytea NOT NULL,
    serial text,
    -- A hash of endpoint and serial: rows of one lane are handled one after another.
    lane bigint,
    -- Whether a row before it in its lane is to be handled first.
    is_blocked boolean NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    fence bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    put_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Waiting: when it is due. Running: the end of its lease. Done: when it may be forgotten.
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    last_error text
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- What can be taken, and when; also what there is in all, and since when.
CREATE INDEX inbox_due ON {schema}.inbox (endpoint, is_blocked, due_at) INCLUDE (put_at)
    WHERE state IN ('waiting', 'running');
-- The lanes in order.
CREATE INDEX inbox_lane ON {schema}.inbox (lane, id)
    WHERE lane IS NOT NULL AND state IN ('waiting', 'running');
-- The rule: of each lane, one row at most can be taken or runs.
CREATE UNIQUE INDEX inbox_head ON {schema}.inbox (lane)
    WHERE lane IS NOT NULL AND NOT is_blocked AND state IN ('waiting', 'running');
CREATE INDEX inbox_done ON {schema}.inbox (due_at) WHERE state = 'done';
CREATE INDEX inbox_dead ON {schema}.inbox (id) WHERE state = 'dead';

CREATE TABLE {schema}.failures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inbox_id bigint NOT NULL REFERENCES {schema}.inbox (id) ON DELETE CASCADE,
    attempt integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    error text NOT NULL
);
CREATE INDEX failures_inbox_id ON {schema}.failures (inbox_id);

-- Makes this transaction one whose end is on disk when it is told, whatever the server's default is, and takes a lane
-- for it: what is read afterwards is what the last one to have it has left.
CREATE FUNCTION {schema}.enter(lane bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    IF lane IS NOT NULL THEN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'rows in order need a transaction that is READ COMMITTED, and this one is %',
                upper(current_setting('transaction_isolation'))
                USING ERRCODE = 'invalid_transaction_state';
        END IF;
        PERFORM pg_advisory_xact_lock(lane);
    END IF;
END $$;

-- Enters a lane for a new row; whether that has to wait for others.
CREATE FUNCTION {schema}.admit(of_lane bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM {schema}.enter(of_lane);
    RETURN of_lane IS NOT NULL AND EXISTS (
        SELECT FROM {schema}.inbox WHERE lane = of_lane AND state IN ('waiting', 'running'));
END $$;

-- Lets the first row of a lane go on, unless one runs. The lane has been entered.
CREATE FUNCTION {schema}.settle(of_lane bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {schema}.inbox SET is_blocked = true
        WHERE lane = of_lane AND NOT is_blocked AND state = 'waiting'
            AND id <> (SELECT min(id) FROM {schema}.inbox
                WHERE lane = of_lane AND state IN ('waiting', 'running'));
    UPDATE {schema}.inbox SET is_blocked = false
        WHERE id = (SELECT min(id) FROM {schema}.inbox
                WHERE lane = of_lane AND state IN ('waiting', 'running'))
            AND is_blocked
            AND NOT EXISTS (SELECT FROM {schema}.inbox
                WHERE lane = of_lane AND NOT is_blocked AND state IN ('waiting', 'running'));
END $$;

-- Writes down how a handler ended; whether the row was still its own.
CREATE FUNCTION {schema}.finish(
    of_id bigint, of_fence bigint, new_state text, due_after interval, error text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    of_lane bigint := (SELECT lane FROM {schema}.inbox WHERE id = of_id);
    attempt integer;
BEGIN
    PERFORM {schema}.enter(of_lane);
    UPDATE {schema}.inbox
        SET state = new_state,
            due_at = clock_timestamp() + due_after,
            ended_at = CASE WHEN new_state IN ('done', 'dead') THEN clock_timestamp() END,
            last_error = coalesce(error, last_error)
        WHERE id = of_id AND fence = of_fence AND state = 'running'
        RETURNING attempts INTO attempt;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF error IS NOT NULL THEN
        INSERT INTO {schema}.failures (inbox_id, attempt, error) VALUES (of_id, attempt, error);
    END IF;
    IF of_lane IS NOT NULL THEN
        PERFORM {schema}.settle(of_lane);
    END IF;
    RETURN true;
END $$;

-- Makes rows wait again that are done or dead; they are locked already. How many there were.
CREATE FUNCTION {schema}.replay(ids bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    lanes bigint[] := (SELECT array_agg(DISTINCT lane ORDER BY lane) FROM {schema}.inbox
        WHERE id = ANY (ids) AND lane IS NOT NULL);
    of_lane bigint;
    replayed bigint;
BEGIN
    PERFORM {schema}.enter(NULL);
    FOREACH of_lane IN ARRAY coalesce(lanes, '{}') LOOP
        PERFORM {schema}.enter(of_lane);
    END LOOP;
    UPDATE {schema}.inbox
        SET state = 'waiting', is_blocked = lane IS NOT NULL, attempts = 0, ended_at = NULL,
            due_at = clock_timestamp()
        WHERE id = ANY (ids) AND state IN ('done', 'dead');
    GET DIAGNOSTICS replayed = ROW_COUNT;
    FOREACH of_lane IN ARRAY coalesce(lanes, '{}') LOOP
        PERFORM {schema}.settle(of_lane);
    END LOOP;
    RETURN replayed;
END $$;

-- Lets lanes go on in which nothing can be taken or runs: rows were deleted or changed by hand. How many there were.
CREATE FUNCTION {schema}.mend() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    of_lane bigint;
    mended bigint := 0;
BEGIN
    FOR of_lane IN
        SELECT DISTINCT b.lane FROM {schema}.inbox b
            WHERE b.lane IS NOT NULL AND b.is_blocked AND b.state IN ('waiting', 'running')
                AND NOT EXISTS (SELECT FROM {schema}.inbox h
                    WHERE h.lane = b.lane AND NOT h.is_blocked AND h.state IN ('waiting', 'running'))
            ORDER BY b.lane LIMIT 100
    LOOP
        PERFORM {schema}.enter(of_lane);
        PERFORM {schema}.settle(of_lane);
        mended := mended + 1;
    END LOOP;
    RETURN mended;
END $$;
