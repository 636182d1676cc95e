/** Statements to begin with. */
export const examples: readonly { readonly title: string; readonly sql: string }[] = [
  {
    title: 'Slowest operations',
    sql: `SELECT service, operation, count(*) AS calls,
  quantile_cont(duration_ms, 0.99) AS p99, max(duration_ms) AS slowest
FROM spans
WHERE kind = 'server' AND start > now() - INTERVAL 15 MINUTE
GROUP BY ALL ORDER BY p99 DESC LIMIT 50`,
  },
  {
    title: 'Failures by message',
    sql: `SELECT service, operation, status_message, count(*) AS failed, max(start) AS last
FROM spans
WHERE status = 'error' AND start > now() - INTERVAL 15 MINUTE
GROUP BY ALL ORDER BY failed DESC LIMIT 50`,
  },
  {
    title: 'Calls that are repeated within a trace',
    sql: `SELECT trace_id, service, operation, count(*) AS times, sum(duration_ms) AS total_ms
FROM spans
WHERE kind = 'client' AND start > now() - INTERVAL 15 MINUTE
GROUP BY ALL HAVING times > 10 ORDER BY times DESC LIMIT 50`,
  },
  {
    title: 'By an attribute',
    sql: `SELECT attributes->>'http.response.status_code' AS code, count(*) AS requests
FROM spans
WHERE kind = 'server' AND start > now() - INTERVAL 15 MINUTE
GROUP BY code ORDER BY requests DESC`,
  },
  {
    title: 'Logs around failures',
    sql: `SELECT l.time, l.service, l.severity, l.body, l.trace_id
FROM logs AS l SEMI JOIN (
  SELECT trace_id FROM spans WHERE status = 'error' AND start > now() - INTERVAL 15 MINUTE
) USING (trace_id)
ORDER BY l.time DESC LIMIT 200`,
  },
  {
    title: 'Newest metrics',
    sql: `SELECT metric, unit, service, instance, arg_max(value, time) AS newest, max(time) AS at
FROM metrics
WHERE time > now() - INTERVAL 5 MINUTE
GROUP BY ALL ORDER BY metric, service`,
  },
];
