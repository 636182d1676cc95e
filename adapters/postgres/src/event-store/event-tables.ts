import type { SchemaPart } from '../connection/schema.ts';

export function eventChannel(schema: string): string {
  return `holdfast_${schema}_events`;
}

/**
 * Events in one order without gaps for readers. A sequence would not do: its numbers are drawn before transactions commit,
 * and a reader could pass a number that shows up later. So appends take a lock before they draw positions and hold it until
 * they have committed: positions become visible in their order. The other way, reading no further than the oldest
 * transaction under way, makes readers wait for transactions that have nothing to do with events. What the lock costs,
 * one flush after another, is made up for by many appends in one call.
 */
export const eventTables: SchemaPart = { name: 'event-store', versions: [version1] };

function version1(schema: string): string {
  return `
CREATE TABLE ${schema}.events (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  id text COLLATE "C" NOT NULL UNIQUE,
  type text NOT NULL,
  schema_version bigint NOT NULL,
  -- JSON. Not as jsonb: that has no place for every string, and keeps no order.
  data text NOT NULL,
  metadata text NOT NULL,
  recorded_at bigint NOT NULL,
  UNIQUE (stream, version)
);

-- Appends, one after the other. Those of the events of each are given by their count. Answers with one JSON value for each:
-- version, position and whether it is a duplicate; or the version that was not the expected one; or an id that is taken.
CREATE FUNCTION ${schema}.append_events(
  streams text[], expectations text[], counts integer[],
  ids text[], types text[], schema_versions bigint[], all_data text[], all_metadata text[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  append record;
  own_ids text[];
  begun integer := 0;
  first_version bigint;
  current bigint;
  last bigint;
  known bigint;
  again boolean;
  answers json[] := '{}';
  millis bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('holdfast events ${schema}', 0));
  millis := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
  last := coalesce((SELECT max(position) FROM ${schema}.events), 0);
  FOR append IN SELECT * FROM unnest(streams, expectations, counts) AS asked (stream, expected, count) LOOP
    own_ids := ids[begun + 1 : begun + append.count];
    SELECT version INTO first_version FROM ${schema}.events WHERE id = own_ids[1];
    SELECT count(*), bool_and(event.stream = append.stream AND event.version = first_version + place - 1)
    INTO known, again
    FROM unnest(own_ids) WITH ORDINALITY AS own (id, place) JOIN ${schema}.events AS event USING (id);
    current := coalesce((SELECT max(version) FROM ${schema}.events AS event WHERE event.stream = append.stream), 0);
    IF known = append.count AND again THEN
      answers := answers || (
        SELECT json_build_object('version', version, 'position', position, 'duplicate', true)
        FROM ${schema}.events WHERE id = own_ids[append.count]
      );
    ELSIF known > 0 THEN
      answers := answers || (
        SELECT json_build_object('taken', id) FROM ${schema}.events WHERE id = ANY (own_ids) LIMIT 1
      );
    ELSIF NOT (CASE append.expected
      WHEN 'any' THEN true
      WHEN 'none' THEN current = 0
      WHEN 'exists' THEN current > 0
      ELSE current = append.expected::bigint
    END) THEN
      answers := answers || json_build_object('conflict', current);
    ELSE
      INSERT INTO ${schema}.events
      SELECT last + place, append.stream, current + place, own_ids[place],
        types[begun + place], schema_versions[begun + place], all_data[begun + place], all_metadata[begun + place],
        millis
      FROM generate_series(1, append.count) AS place;
      last := last + append.count;
      answers := answers || json_build_object('version', current + append.count, 'position', last, 'duplicate', false);
    END IF;
    begun := begun + append.count;
  END LOOP;
  PERFORM pg_notify('${eventChannel(schema.slice(1, -1))}', '');
  RETURN array_to_json(answers);
END $$;
`;
}
