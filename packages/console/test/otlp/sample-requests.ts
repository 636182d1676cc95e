/** An attribute of OTLP. */
export function attribute(key: string, value: string | number | boolean): object {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } };
}

export const traceId: Buffer = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
export const spanId: Buffer = Buffer.from('00f067aa0ba902b7', 'hex');
export const start = '1700000000123456789';

/** A request with one span, whose fields are overlaid with `fields`. */
export function spanRequest(
  fields: object = {},
  resource: object[] = [attribute('service.name', 'shop')],
): object {
  const span = {
    traceId,
    spanId,
    name: 'GET /orders',
    kind: 2,
    startTimeUnixNano: start,
    endTimeUnixNano: '1700000000223456789',
    ...fields,
  };
  return {
    resourceSpans: [
      { resource: { attributes: resource }, scopeSpans: [{ scope: { name: 'http' }, spans: [span] }] },
    ],
  };
}

/** A request with one log. */
export function logRequest(fields: object = {}): object {
  const log = { timeUnixNano: start, severityNumber: 9, body: { stringValue: 'hello' }, ...fields };
  return {
    resourceLogs: [
      {
        resource: { attributes: [attribute('service.name', 'shop')] },
        scopeLogs: [{ scope: { name: 'pino' }, logRecords: [log] }],
      },
    ],
  };
}

/** A request with one metric. */
export function metricRequest(metric: object): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', 'shop')] },
        scopeMetrics: [{ scope: { name: 'meter' }, metrics: [{ name: 'm', unit: 'ms', ...metric }] }],
      },
    ],
  };
}
