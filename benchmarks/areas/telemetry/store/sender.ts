import { Agent, request } from 'node:http';
import { spanRequests } from './span-requests.ts';

/** A process that sends what it has made before, as often as it is told to, some requests at once. */
const [url, count] = process.argv.slice(2) as [string, string];
const spans = Number(count);
const flight = 8;
const agent = new Agent({ keepAlive: true, maxSockets: flight });
let bodies = [...spanRequests(spans, Date.now())];

process.send!(0);
process.on('message', async () => {
  const began = performance.now();
  const left = bodies.values();
  await Promise.all(
    Array.from({ length: flight }, async () => {
      for (const body of left) await send(body);
    }),
  );
  const seconds = (performance.now() - began) / 1e3;
  // Spans that it knows are stored once.
  bodies = [...spanRequests(spans, Date.now())];
  process.send!(seconds);
});

function send(body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const sent = request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
