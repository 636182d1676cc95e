import { expect, test } from 'vitest';
import { negotiateFormat } from './exposition-format.ts';

const plain = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test.each([
  [undefined, plain],
  ['', plain],
  ['text/html,*/*;q=0.8', plain],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily', plain],
  ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.9', openMetrics],
  ['application/openmetrics-text', openMetrics],
  [
    'application/openmetrics-text;version=0.0.1',
    'application/openmetrics-text; version=0.0.1; charset=utf-8',
  ],
  ['application/openmetrics-text;version=9.0.0,text/plain;q=0.1', plain],
  ['application/openmetrics-text;version=1.0.0;q=0', plain],
  // Prometheus 2.42 and 3.1
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    openMetrics,
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,*/*;q=0.2',
    `${openMetrics}; escaping=allow-utf-8`,
  ],
  [
    'text/plain;version=1.0.0;escaping=allow-utf-8',
    'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  ],
  ['text/plain;version=0.0.4;escaping=allow-utf-8', `${plain}; escaping=underscores`],
  ['application/openmetrics-text;escaping=dots', `${openMetrics}; escaping=underscores`],
])('a scraper that accepts %s gets %s', (accept, contentType) => {
  expect(negotiateFormat(accept).contentType).toBe(contentType);
});
