/**
 * The tables, as of {@link formatVersion}: to those of format 1, the exemplars came. A span's row holds what is its own; what it shares with others of the same code at
 * the same place is in its shape. Spans come into `spans_fresh` in the order of arrival, and are moved from there into
 * `spans_settled`, a trace's spans beside each other, where they take a third of the room. Views join them again.
 */
export const formatVersion = 2;

const spanColumns = `
  trace_high UBIGINT NOT NULL, trace_low UBIGINT NOT NULL, span UBIGINT NOT NULL, parent UBIGINT NOT NULL,
  start TIMESTAMP_NS NOT NULL, duration BIGINT NOT NULL, shape UINTEGER NOT NULL, status UTINYINT NOT NULL,
  status_message VARCHAR, attributes VARCHAR, events VARCHAR, links VARCHAR`;

const hex = (column: string): string => `lpad(lower(to_hex(${column})), 16, '0')`;

export const schema: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS resources (
    id UINTEGER NOT NULL, service VARCHAR NOT NULL, instance VARCHAR NOT NULL, version VARCHAR NOT NULL,
    attributes VARCHAR NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS shapes (
    id UINTEGER NOT NULL, resource UINTEGER NOT NULL, name VARCHAR NOT NULL, kind UTINYINT NOT NULL,
    scope VARCHAR NOT NULL, peer VARCHAR NOT NULL, peer_kind UTINYINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS spans_fresh (${spanColumns})`,
  `CREATE TABLE IF NOT EXISTS spans_settled (${spanColumns})`,
  `CREATE TABLE IF NOT EXISTS log_rows (
    time TIMESTAMP_NS NOT NULL, trace_high UBIGINT NOT NULL, trace_low UBIGINT NOT NULL, span UBIGINT NOT NULL,
    severity UTINYINT NOT NULL, resource UINTEGER NOT NULL, severity_text VARCHAR, event VARCHAR, scope VARCHAR,
    body VARCHAR NOT NULL, attributes VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS series (
    id UINTEGER NOT NULL, resource UINTEGER NOT NULL, name VARCHAR NOT NULL, unit VARCHAR NOT NULL, kind UTINYINT NOT NULL,
    temporality UTINYINT NOT NULL, monotonic BOOLEAN NOT NULL, scope VARCHAR NOT NULL, attributes VARCHAR NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS point_rows (
    time TIMESTAMP_NS NOT NULL, series UINTEGER NOT NULL, value DOUBLE, count DOUBLE NOT NULL, least DOUBLE, greatest DOUBLE,
    distribution VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS exemplar_rows (
    time TIMESTAMP_NS NOT NULL, series UINTEGER NOT NULL, value DOUBLE NOT NULL, trace_high UBIGINT NOT NULL,
    trace_low UBIGINT NOT NULL, span UBIGINT NOT NULL)`,
  'CREATE OR REPLACE VIEW span_rows AS FROM spans_settled UNION ALL FROM spans_fresh',
  `CREATE OR REPLACE VIEW spans AS
    SELECT ${hex('trace_high')} || ${hex('trace_low')} AS trace_id, ${hex('span')} AS span_id,
      CASE WHEN parent = 0 THEN NULL ELSE ${hex('parent')} END AS parent_id,
      r.service, nullif(r.instance, '') AS instance, nullif(r.version, '') AS version, s.name AS operation,
      ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'][s.kind + 1] AS kind,
      ['unset', 'ok', 'error'][status + 1] AS status, status_message, start, duration / 1e6 AS duration_ms,
      nullif(s.peer, '') AS peer, nullif(s.scope, '') AS scope,
      coalesce(row.attributes, '{}')::JSON AS attributes, r.attributes::JSON AS resource,
      coalesce(events, '[]')::JSON AS events, coalesce(links, '[]')::JSON AS links
    FROM span_rows AS row JOIN shapes AS s ON s.id = row.shape JOIN resources AS r ON r.id = s.resource`,
  `CREATE OR REPLACE VIEW logs AS
    SELECT time, CASE WHEN severity = 0 THEN 'info' WHEN severity < 5 THEN 'trace' WHEN severity < 9 THEN 'debug' WHEN severity < 13 THEN 'info'
        WHEN severity < 17 THEN 'warn' WHEN severity < 21 THEN 'error' ELSE 'fatal' END AS severity,
      r.service, nullif(r.instance, '') AS instance, body, event, row.scope,
      coalesce(row.attributes, '{}')::JSON AS attributes, r.attributes::JSON AS resource,
      CASE WHEN trace_high = 0 AND trace_low = 0 THEN NULL ELSE ${hex('trace_high')} || ${hex('trace_low')} END AS trace_id,
      CASE WHEN span = 0 THEN NULL ELSE ${hex('span')} END AS span_id
    FROM log_rows AS row JOIN resources AS r ON r.id = row.resource`,
  `CREATE OR REPLACE VIEW metrics AS
    SELECT time, s.name AS metric, nullif(s.unit, '') AS unit,
      ['gauge', 'sum', 'histogram', 'summary'][s.kind] AS kind, r.service, nullif(r.instance, '') AS instance,
      CASE WHEN isnan(value) THEN NULL ELSE value END AS value, count,
      CASE WHEN isnan(least) THEN NULL ELSE least END AS min, CASE WHEN isnan(greatest) THEN NULL ELSE greatest END AS max,
      s.attributes::JSON AS attributes, distribution::JSON AS distribution
    FROM point_rows AS row JOIN series AS s ON s.id = row.series JOIN resources AS r ON r.id = s.resource`,
  `CREATE OR REPLACE VIEW exemplars AS
    SELECT time, s.name AS metric, nullif(s.unit, '') AS unit, r.service, nullif(r.instance, '') AS instance, value,
      s.attributes::JSON AS attributes, ${hex('trace_high')} || ${hex('trace_low')} AS trace_id,
      CASE WHEN span = 0 THEN NULL ELSE ${hex('span')} END AS span_id
    FROM exemplar_rows AS row JOIN series AS s ON s.id = row.series JOIN resources AS r ON r.id = s.resource`,
];
