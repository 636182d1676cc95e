import type { SchemaPart } from '../connection/schema.ts';

/** Codes of the statuses of runs in the tables. */
export const statusCodes = { running: 0, stuck: 1, ended: 2 } as const;

/** What the functions below refuse with. */
export const refusals = {
  /** The worker is counted as dead. */
  fenced: 'HF001',
  /** As many messages wait for the run as may. */
  messagesFull: 'HF002',
} as const;

/** The channel on which the ledger of a schema announces what its workers and visitors wait for. */
export function channelOf(schema: string): string {
  return `holdfast_${schema}`;
}

/** Where users' own transactions come in: what a ledger has accepted is durable, whatever their database is content with. */
const durably = `PERFORM set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';`;

/**
 * The tables of a ledger, and the functions that change them: what takes several statements is one call, so that it costs
 * one round trip and one commit, and no transaction waits for a client.
 *
 * - Every change of a worker locks the worker's row FOR KEY SHARE; counting a worker as dead locks it FOR UPDATE. So a
 *   worker's last change is over before its runs are taken, and later ones are refused.
 * - Locks of one call are taken in one order by all: the worker, the keys by their hashes, new runs by their ids, own runs.
 * - Announcements: `m` and `g` a run's id (it has a message; it holds a key), `e` and an id (it has ended, and somebody asked
 *   to be told), `w` (runs are to be had).
 */
export const ledgerTables: SchemaPart = { name: 'ledger', versions: [version1] };

function version1(schema: string): string {
  const channel = `'${channelOf(schema.slice(1, -1))}'`;
  return `
CREATE TABLE ${schema}.ledger (id text NOT NULL);
INSERT INTO ${schema}.ledger
SELECT string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + get_byte(drawn, place) % 36, 1), '')
FROM (SELECT uuid_send(gen_random_uuid()) AS drawn) AS uuid, unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10]) AS place;

CREATE SEQUENCE ${schema}.epochs;
CREATE TABLE ${schema}.workers (
  worker bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT nextval('${schema}.epochs'),
  expires_at timestamptz NOT NULL,
  dead boolean NOT NULL DEFAULT false
);
-- Runs of worker 0 have had none yet.
INSERT INTO ${schema}.workers OVERRIDING SYSTEM VALUE VALUES (0, 0, '-infinity', true);

CREATE SEQUENCE ${schema}.run_numbers;
CREATE TABLE ${schema}.runs (
  number bigint PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  type text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  status smallint NOT NULL DEFAULT ${statusCodes.running},
  note text,
  worker bigint NOT NULL,
  posted bigint NOT NULL DEFAULT 0,
  -- Whether somebody wants to be told when it ends.
  awaited boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX runs_under_way ON ${schema}.runs (worker, number) WHERE status <> ${statusCodes.ended};
CREATE INDEX runs_stuck ON ${schema}.runs (number) WHERE status = ${statusCodes.stuck};
CREATE INDEX runs_ended ON ${schema}.runs (changed_at) WHERE status = ${statusCodes.ended};

CREATE TABLE ${schema}.records (
  run bigint NOT NULL,
  position integer NOT NULL,
  added_at bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (run, position)
);
CREATE TABLE ${schema}.messages (
  run bigint NOT NULL,
  sequence bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (run, sequence)
);
-- The claim with the least place of a key holds it.
CREATE TABLE ${schema}.claims (
  run bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (run, key)
);
CREATE INDEX claims_in_line ON ${schema}.claims (key, place);
-- What was answered to the newest changes of each worker: a worker that has lost an answer finds it here.
CREATE TABLE ${schema}.batches (
  worker bigint NOT NULL,
  batch bigint NOT NULL,
  answer text NOT NULL,
  PRIMARY KEY (worker, batch)
);

CREATE FUNCTION ${schema}.now_millis() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

CREATE FUNCTION ${schema}.check_worker(own bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ${schema}.workers WHERE worker = own AND NOT dead FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'worker % is counted as dead', own USING ERRCODE = '${refusals.fenced}';
  END IF;
END $$;

-- Changes of many runs. A run that is not there yet is named by its negative place among those to create.
CREATE FUNCTION ${schema}.commit_batch(
  own bigint, this_batch bigint,
  new_ids text[], new_types text[], new_versions integer[],
  record_runs bigint[], record_positions integer[], record_starts integer[], record_lengths integer[], data bytea,
  changed_runs bigint[], statuses smallint[], notes text[],
  consumed_runs bigint[], consumed_sequences bigint[],
  key_runs bigint[], keys text[], key_claims boolean[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  millis bigint := ${schema}.now_millis();
  numbers bigint[];
  claimed json[] := '{}';
  line record;
  head record;
  next_run text;
  result text;
BEGIN
  PERFORM ${schema}.check_worker(own);
  IF keys <> '{}' THEN
    PERFORM pg_advisory_xact_lock(hash) FROM (
      SELECT DISTINCT hashtextextended('${schema} ' || key, 0) AS hash FROM unnest(keys) AS key ORDER BY hash
    ) AS ordered;
  END IF;

  IF new_ids <> '{}' THEN
    WITH asked AS MATERIALIZED (
      SELECT place, nextval('${schema}.run_numbers') AS number, id, type, version
      FROM unnest(new_ids, new_types, new_versions) WITH ORDINALITY AS new (id, type, version, place)
    ), created AS (
      INSERT INTO ${schema}.runs (number, id, type, version, worker, created_at, changed_at)
      SELECT number, id, type, version, own, millis, millis FROM asked ORDER BY id, place
      ON CONFLICT (id) DO NOTHING
      RETURNING number
    )
    SELECT array_agg(created.number ORDER BY place) INTO numbers FROM asked LEFT JOIN created USING (number);
  END IF;

  IF record_runs <> '{}' THEN
    INSERT INTO ${schema}.records (run, position, added_at, bytes)
    SELECT run, position, millis, bytes FROM (
      SELECT CASE WHEN named < 0 THEN numbers[-named] ELSE named END AS run, position,
        substring(data FROM start FOR length) AS bytes
      FROM unnest(record_runs, record_positions, record_starts, record_lengths)
        AS record (named, position, start, length)
    ) AS given WHERE run IS NOT NULL;
  END IF;

  IF changed_runs <> '{}' THEN
    PERFORM pg_notify(${channel}, 'e ' || id) FROM ${schema}.change_runs(changed_runs, statuses, notes, millis) AS id;
  END IF;
  IF consumed_runs <> '{}' THEN
    DELETE FROM ${schema}.messages AS message
    USING unnest(consumed_runs, consumed_sequences) AS consumed (run, sequence)
    WHERE message.run = consumed.run AND message.sequence = consumed.sequence;
  END IF;

  IF keys <> '{}' THEN
    FOR line IN SELECT * FROM unnest(key_runs, keys, key_claims) AS asked (run, key, claims) LOOP
      SELECT run, place INTO head FROM ${schema}.claims WHERE key = line.key ORDER BY place LIMIT 1;
      IF line.claims THEN
        INSERT INTO ${schema}.claims (run, key) VALUES (line.run, line.key) ON CONFLICT DO NOTHING;
        claimed := claimed || (
          SELECT json_build_array(place, head.run IS NULL OR head.run = line.run)
          FROM ${schema}.claims WHERE run = line.run AND key = line.key
        );
      ELSE
        DELETE FROM ${schema}.claims WHERE run = line.run AND key = line.key;
        IF FOUND AND head.run = line.run THEN
          SELECT id INTO next_run FROM ${schema}.claims JOIN ${schema}.runs ON number = run
          WHERE key = line.key ORDER BY place LIMIT 1;
          IF FOUND THEN
            PERFORM pg_notify(${channel}, 'g ' || next_run);
          END IF;
        END IF;
      END IF;
    END LOOP;
  END IF;

  result := json_build_object('millis', millis, 'numbers', numbers, 'claimed', claimed);
  INSERT INTO ${schema}.batches (worker, batch, answer) VALUES (own, this_batch, result);
  RETURN result;
END $$;

-- The ids of those that have ended and are waited for.
CREATE FUNCTION ${schema}.change_runs(changed bigint[], statuses smallint[], notes text[], millis bigint)
RETURNS SETOF text LANGUAGE sql AS $$
  WITH changed_now AS (
    UPDATE ${schema}.runs AS run SET status = change.status, note = change.note, changed_at = millis
    FROM unnest(changed, statuses, notes) AS change (number, status, note)
    WHERE run.number = change.number
    RETURNING run.id, run.status, run.awaited
  )
  SELECT id FROM changed_now WHERE status = ${statusCodes.ended} AND awaited
$$;

-- Records within a transaction of the user's own.
CREATE FUNCTION ${schema}.attach_records(
  own bigint, this_batch bigint, of_run bigint, first_position integer, added bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ${durably}
  PERFORM ${schema}.check_worker(own);
  INSERT INTO ${schema}.records (run, position, added_at, bytes)
  SELECT of_run, first_position + place - 1, ${schema}.now_millis(), bytes
  FROM unnest(added) WITH ORDINALITY AS record (bytes, place);
  INSERT INTO ${schema}.batches (worker, batch, answer) VALUES (own, this_batch, '{}');
END $$;

-- Whether a batch was taken. One whose fate is open is waited for, and refused from here on where it was not.
CREATE FUNCTION ${schema}.settle_batch(own bigint, this_batch bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ${schema}.batches (worker, batch, answer) VALUES (own, this_batch, '{}') ON CONFLICT DO NOTHING;
  RETURN NOT FOUND;
END $$;

CREATE FUNCTION ${schema}.create_unowned(
  new_id text, new_type text, new_version integer, added bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  millis bigint := ${schema}.now_millis();
  new_number bigint;
BEGIN
  ${durably}
  INSERT INTO ${schema}.runs (number, id, type, version, worker, created_at, changed_at)
  VALUES (nextval('${schema}.run_numbers'), new_id, new_type, new_version, 0, millis, millis)
  ON CONFLICT (id) DO NOTHING
  RETURNING number INTO new_number;
  IF new_number IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO ${schema}.records (run, position, added_at, bytes)
  SELECT new_number, place - 1, millis, bytes FROM unnest(added) WITH ORDINALITY AS record (bytes, place);
  PERFORM pg_notify(${channel}, 'w');
  RETURN true;
END $$;

CREATE FUNCTION ${schema}.post_message(run_id text, message bytea, waiting_max integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  posted_to record;
BEGIN
  ${durably}
  UPDATE ${schema}.runs SET posted = posted + 1 WHERE id = run_id AND status <> ${statusCodes.ended}
  RETURNING number, posted INTO posted_to;
  IF NOT FOUND THEN
    RETURN CASE WHEN EXISTS (SELECT FROM ${schema}.runs WHERE id = run_id) THEN 'ended' ELSE 'unknown' END;
  END IF;
  IF (SELECT count(*) FROM ${schema}.messages WHERE run = posted_to.number) >= waiting_max THEN
    RAISE EXCEPTION '% messages wait for run %', waiting_max, run_id USING ERRCODE = '${refusals.messagesFull}';
  END IF;
  INSERT INTO ${schema}.messages (run, sequence, bytes) VALUES (posted_to.number, posted_to.posted, message);
  PERFORM pg_notify(${channel}, 'm ' || run_id);
  RETURN 'posted';
END $$;

-- Null when there is no such run; else whether it has ended. If not, its end will be announced.
CREATE FUNCTION ${schema}.await_end(run_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ${schema}.runs SET awaited = true WHERE id = run_id AND status <> ${statusCodes.ended};
  IF FOUND THEN
    RETURN false;
  END IF;
  RETURN (SELECT true FROM ${schema}.runs WHERE id = run_id);
END $$;

CREATE FUNCTION ${schema}.join_ledger(lease_millis float8) RETURNS ${schema}.workers LANGUAGE sql AS $$
  INSERT INTO ${schema}.workers (expires_at)
  VALUES (clock_timestamp() + lease_millis * interval '1 ms') RETURNING *
$$;

-- Whether there are runs to adopt. Counts workers as dead whose leases are over.
CREATE FUNCTION ${schema}.renew_lease(own bigint, lease_millis float8, last_batch bigint, types text[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ${schema}.workers SET expires_at = clock_timestamp() + lease_millis * interval '1 ms'
  WHERE worker = own AND NOT dead;
  PERFORM ${schema}.check_worker(own);
  DELETE FROM ${schema}.batches WHERE worker = own AND batch < last_batch;
  WITH late AS (
    SELECT worker FROM ${schema}.workers WHERE NOT dead AND expires_at < clock_timestamp() AND worker <> own
    FOR UPDATE SKIP LOCKED
  )
  UPDATE ${schema}.workers AS worker SET dead = true FROM late WHERE worker.worker = late.worker;
  WITH gone AS (
    DELETE FROM ${schema}.workers AS worker
    WHERE dead AND worker <> 0 AND expires_at < clock_timestamp() - interval '1 hour' AND NOT EXISTS (
      SELECT FROM ${schema}.runs WHERE runs.worker = worker.worker AND status <> ${statusCodes.ended}
    )
    RETURNING worker.worker
  )
  DELETE FROM ${schema}.batches USING gone WHERE batches.worker = gone.worker;
  RETURN EXISTS (
    SELECT FROM ${schema}.workers JOIN ${schema}.runs USING (worker)
    WHERE dead AND status <> ${statusCodes.ended} AND type = ANY (types)
  );
END $$;

CREATE FUNCTION ${schema}.adopt_runs(own bigint, types text[], count integer)
RETURNS TABLE (
  own_epoch float8, number float8, id text, type text, version integer, status smallint, note text, created_at float8
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  former record;
  new_epoch bigint;
  taken bigint[];
BEGIN
  PERFORM ${schema}.check_worker(own);
  FOR former IN SELECT worker, epoch FROM ${schema}.workers WHERE dead ORDER BY worker LOOP
    SELECT array_agg(chosen.number) INTO taken FROM (
      SELECT number FROM ${schema}.runs
      WHERE worker = former.worker AND status <> ${statusCodes.ended} AND type = ANY (types)
      ORDER BY number LIMIT count FOR NO KEY UPDATE SKIP LOCKED
    ) AS chosen;
    EXIT WHEN taken IS NOT NULL;
  END LOOP;
  -- Its epoch stays greater than that of everyone whose runs it has.
  UPDATE ${schema}.workers SET epoch = nextval('${schema}.epochs')
  WHERE worker = own AND taken IS NOT NULL AND epoch < former.epoch;
  SELECT epoch INTO new_epoch FROM ${schema}.workers WHERE worker = own;
  RETURN QUERY
    UPDATE ${schema}.runs SET worker = own WHERE number = ANY (taken)
    RETURNING new_epoch::float8, number::float8, id, type, version, status, note, created_at::float8;
END $$;

CREATE FUNCTION ${schema}.leave_ledger(own bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ${schema}.workers WHERE worker = own FOR UPDATE;
  UPDATE ${schema}.workers SET dead = true, expires_at = clock_timestamp() WHERE worker = own;
  PERFORM pg_notify(${channel}, 'w');
END $$;

-- How many runs it has forgotten that ended long enough ago.
CREATE FUNCTION ${schema}.forget_runs(kept_millis float8, count integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  forgotten bigint[];
BEGIN
  SELECT array_agg(number) INTO forgotten FROM (
    SELECT number FROM ${schema}.runs
    WHERE status = ${statusCodes.ended} AND changed_at < ${schema}.now_millis() - kept_millis
    ORDER BY changed_at LIMIT count FOR UPDATE SKIP LOCKED
  ) AS old;
  DELETE FROM ${schema}.records WHERE run = ANY (forgotten);
  DELETE FROM ${schema}.messages WHERE run = ANY (forgotten);
  DELETE FROM ${schema}.runs WHERE number = ANY (forgotten);
  RETURN coalesce(cardinality(forgotten), 0);
END $$;
`;
}
