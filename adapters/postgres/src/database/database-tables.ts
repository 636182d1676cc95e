import type { SchemaPart } from '../connection/schema.ts';

export function outboxChannel(schema: string): string {
  return `holdfast_${schema}_outbox`;
}

/**
 * Outbox, inbox and checkpoints. Who claims or settles messages locks the outbox until it has committed, so that no two of
 * them see a key in different states; who enqueues waits for nobody.
 */
export const databaseTables: SchemaPart = { name: 'database', versions: [version1] };

function version1(schema: string): string {
  const lock = `pg_advisory_xact_lock(hashtextextended('holdfast outbox ${schema}', 0))`;
  return `
CREATE TABLE ${schema}.inbox (
  consumer text COLLATE "C" NOT NULL,
  message text COLLATE "C" NOT NULL,
  accepted_at bigint NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000,
  PRIMARY KEY (consumer, message)
);
CREATE INDEX inbox_accepted_at ON ${schema}.inbox (accepted_at);

CREATE TABLE ${schema}.checkpoints (name text COLLATE "C" PRIMARY KEY, position bigint NOT NULL);

CREATE SEQUENCE ${schema}.parkings;
CREATE TABLE ${schema}.outbox (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  topic text NOT NULL,
  key text COLLATE "C",
  headers text NOT NULL,
  body bytea NOT NULL,
  enqueued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts integer NOT NULL DEFAULT 0,
  claim text,
  -- It is claimed, or has to wait, until then.
  available_at timestamptz NOT NULL DEFAULT '-infinity',
  -- Where it stands among those parked.
  parked bigint,
  parked_at timestamptz,
  reason text
);
CREATE INDEX outbox_keys ON ${schema}.outbox (key, number) WHERE key IS NOT NULL;
CREATE INDEX outbox_available ON ${schema}.outbox (available_at) WHERE parked IS NULL;
CREATE INDEX outbox_parked ON ${schema}.outbox (parked) WHERE parked IS NOT NULL;

CREATE FUNCTION ${schema}.enqueue_messages(
  ids text[], topics text[], keys text[], all_headers text[], bodies bytea[], not_before_millis float8[]
) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    INSERT INTO ${schema}.outbox AS message (id, topic, key, headers, body, available_at)
    SELECT new.id, new.topic, new.key, new.headers, new.body, coalesce(to_timestamp(not_before / 1000), '-infinity')
    FROM unnest(ids, topics, keys, all_headers, bodies, not_before_millis)
      WITH ORDINALITY AS new (id, topic, key, headers, body, not_before, place)
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING message.id;
  PERFORM pg_notify('${outboxChannel(schema.slice(1, -1))}', '');
END $$;

CREATE FUNCTION ${schema}.claim_messages(token text, count integer, lease_micros float8)
RETURNS SETOF ${schema}.outbox LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz;
BEGIN
  PERFORM ${lock};
  moment := clock_timestamp();
  RETURN QUERY
    WITH chosen AS (
      SELECT candidate.number FROM ${schema}.outbox AS candidate
      WHERE parked IS NULL AND available_at <= moment AND NOT EXISTS (
        SELECT FROM ${schema}.outbox AS earlier
        WHERE earlier.key = candidate.key AND earlier.number < candidate.number
          AND (earlier.parked IS NOT NULL OR earlier.available_at > moment)
      )
      ORDER BY candidate.number LIMIT count
    )
    UPDATE ${schema}.outbox AS message
    SET attempts = message.attempts + 1, claim = token, available_at = moment + lease_micros * interval '1 us'
    FROM chosen WHERE message.number = chosen.number
    RETURNING message.*;
END $$;

-- Milliseconds after which a message may be there that is claimed or waits now.
CREATE FUNCTION ${schema}.next_message() RETURNS float8 LANGUAGE sql AS $$
  SELECT ceil(extract(epoch FROM min(available_at) - clock_timestamp()) * 1000)::float8
  FROM ${schema}.outbox WHERE parked IS NULL AND available_at > clock_timestamp()
$$;

CREATE FUNCTION ${schema}.settle_messages(
  token text, ids text[], kinds text[], delays_millis float8[], reasons text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ${lock};
  DELETE FROM ${schema}.outbox AS message USING unnest(ids, kinds) AS outcome (id, kind)
  WHERE message.id = outcome.id AND claim = token AND kind = 'published';
  UPDATE ${schema}.outbox AS message
  SET claim = NULL,
    -- One that was not tried does not count.
    attempts = attempts - CASE kind WHEN 'released' THEN 1 ELSE 0 END,
    available_at = CASE kind WHEN 'retry' THEN clock_timestamp() + delay * interval '1 ms' ELSE '-infinity' END,
    parked = CASE kind WHEN 'parked' THEN nextval('${schema}.parkings') END,
    parked_at = CASE kind WHEN 'parked' THEN clock_timestamp() END,
    reason = outcome.reason
  FROM unnest(ids, kinds, delays_millis, reasons) AS outcome (id, kind, delay, reason)
  WHERE message.id = outcome.id AND claim = token;
END $$;

CREATE FUNCTION ${schema}.unpark_message(message_id text, discards boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ${lock};
  IF discards THEN
    DELETE FROM ${schema}.outbox WHERE id = message_id AND parked IS NOT NULL;
  ELSE
    UPDATE ${schema}.outbox SET parked = NULL, parked_at = NULL, reason = NULL
    WHERE id = message_id AND parked IS NOT NULL;
  END IF;
  IF FOUND THEN
    PERFORM pg_notify('${outboxChannel(schema.slice(1, -1))}', '');
    RETURN true;
  END IF;
  RETURN false;
END $$;
`;
}
