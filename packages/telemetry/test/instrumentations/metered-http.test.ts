import { expect, test } from 'vitest';
import { runProgram } from './run-program.ts';

test("OpenTelemetry's instrumentations of http and undici measure into the registry, unchanged", async () => {
  const { metrics } = await runProgram('metered-http');
  const [http, undici] = ['http', 'undici'].map((name) => `@opentelemetry/instrumentation-${name}`);
  expect(metrics).toEqual([
    {
      name: 'http.client.request.duration',
      unit: 's',
      series: [
        { library: undici, status: 200, count: 2 },
        { library: undici, status: 503, count: 1 },
        { library: http, status: 200, count: 1 },
      ],
    },
    {
      name: 'http.server.request.duration',
      unit: 's',
      series: [
        { library: http, status: 200, count: 3 },
        { library: http, status: 503, count: 1 },
      ],
    },
  ]);
});
