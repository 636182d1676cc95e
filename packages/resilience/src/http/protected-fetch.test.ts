import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ManualWorld, toProblemDetails } from '@holdfast/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resilienceErrors } from '../errors.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { type ProtectedFetchOptions, protectedFetch } from './protected-fetch.ts';

interface Sent {
  /** Milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}

/** A `fetch` that gives these answers, the last one again and again, and remembers what was sent. */
function answering(world: ManualWorld, answers: (() => Response)[]) {
  const sent: Sent[] = [];
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    sent.push({
      at: world.clock.now() / 1_000,
      method: init?.method ?? 'GET',
      headers,
      signal: init!.signal!,
    });
    if (input instanceof Request && input.bodyUsed) throw new TypeError('Body is unusable');
    return (answers[sent.length - 1] ?? answers.at(-1)!)();
  };
  return { sent, send };
}

const status =
  (code: number, init: ResponseInit = {}) =>
  () =>
    new Response('x', { status: code, ...init });

function setUp(answers: (() => Response)[], options: ProtectedFetchOptions = {}) {
  const world = new ManualWorld();
  const { sent, send } = answering(world, answers);
  const calls = pipeline(
    retry({ maxAttempts: 3, backoff: constant('100ms'), world }),
    timeout('1s', { world }),
  );
  const get = protectedFetch({ fetch: send, pipeline: calls, world, ...options });
  /** Makes the request and lets a minute pass. */
  const request = async (...args: Parameters<typeof fetch>): Promise<unknown> => {
    const result = get(...args).catch((error: unknown) => error);
    await world.advance('1m');
    return result;
  };
  return { world, sent, request };
}

const url = 'http://shop.test/orders';

test('an answer is returned as it is, also one that blames the request', async () => {
  for (const code of [200, 304, 404, 409]) {
    const body = code === 304 ? null : 'x';
    const { request, sent } = setUp([() => new Response(body, { status: code })]);
    expect(await request(url)).toMatchObject({ status: code });
    expect(sent).toHaveLength(1);
  }
});

test('an unavailable service is asked again, after as long as it says', async () => {
  const { request, sent } = setUp([status(503, { headers: { 'retry-after': '2' } }), status(200)]);
  expect(await request(url)).toMatchObject({ status: 200 });
  expect(sent.map(({ at }) => at)).toEqual([0, 2_000]);
});

test('when it stays so, the error says what the service said', async () => {
  const failure = resilienceErrors.create('LOAD_SHED', { message: 'too much', retryAfter: 50 });
  const { body, headers, status: code } = toProblemDetails(failure, { expose: true });
  const { request, sent } = setUp([() => new Response(JSON.stringify(body), { status: code, headers })]);
  expect(await request(url)).toMatchObject({ code: 'LOAD_SHED', message: 'too much', retryAfter: 50 });
  expect(sent).toHaveLength(3);
});

test('the body of a failed answer holds no connection', async () => {
  let cancelled = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(32_768)),
        cancel: () => {
          cancelled++;
        },
      }),
      { status: 503, headers: { 'content-type': cancelled === 0 ? 'text/html' : 'application/json' } },
    );
  const { request } = setUp([endless]);
  expect(await request(url)).toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
  expect(cancelled).toBe(3);
});

describe('what is repeated', () => {
  const attempts = async (code: number, input: RequestInfo | URL, init?: RequestInit) => {
    const { request, sent } = setUp([status(code)]);
    await request(input, init);
    return sent.length;
  };

  test('follows the method, and the Idempotency-Key', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'get']) {
      expect(await attempts(503, url, { method }), method).toBe(3);
    }
    expect(await attempts(503, url, { method: 'POST', body: '{}' })).toBe(1);
    expect(await attempts(503, url, { method: 'PATCH', body: '{}' })).toBe(1);
    expect(await attempts(503, url, { method: 'POST', headers: { 'Idempotency-Key': '1' } })).toBe(3);
    expect(await attempts(503, new Request(url, { method: 'DELETE' }))).toBe(3);
  });

  test('is anything that the service says it has not done', async () => {
    expect(await attempts(429, url, { method: 'POST', body: '{}' })).toBe(3);
  });

  test('is no failure of the service itself', async () => {
    expect(await attempts(500, url)).toBe(1);
  });

  test('is never a body that can be sent only once', async () => {
    const stream = () => new Blob(['x']).stream();
    for (const code of [503, 429]) {
      expect(await attempts(code, url, { method: 'PUT', body: stream() }), `${code}`).toBe(1);
      expect(await attempts(code, new Request(url, { method: 'PUT', body: 'x' })), `${code}`).toBe(1);
    }
  });
});

test('the deadline goes along, unless it must not or the caller has sent one', async () => {
  const { request, sent } = setUp([status(200)]);
  await request(url, { headers: { accept: 'text/plain' } });
  expect(sent[0]?.headers.get('grpc-timeout')).toBe('1000000u');
  expect(sent[0]?.headers.get('accept')).toBe('text/plain');
  await request(url, { headers: { 'grpc-timeout': '5S' } });
  expect(sent[1]?.headers.get('grpc-timeout')).toBe('5S');
  const silent = setUp([status(200)], { sendDeadline: false });
  await silent.request(url);
  expect([...silent.sent[0]!.headers.keys()]).toEqual([]);
});

test('the caller aborts the request, its waits, and the body of its answer', async () => {
  const controller = new AbortController();
  const { request, sent } = setUp([status(200)]);
  await request(url, { signal: controller.signal });
  expect(sent[0]?.signal.aborted).toBe(false);
  controller.abort();
  expect(sent[0]?.signal.aborted).toBe(true);
  expect(await request(url, { signal: controller.signal })).toMatchObject({ code: 'ABORTED' });
  expect(sent).toHaveLength(1);
});

test('the key is the origin, or what the code says', async () => {
  const keys: (string | undefined)[] = [];
  const record = {
    execute: (_operation: unknown, options?: { key?: string }) => {
      keys.push(options?.key);
      return Promise.resolve(new Response());
    },
  };
  await protectedFetch({ pipeline: record })('http://a.test:81/x?y');
  await protectedFetch({ pipeline: record, key: () => 'mine' })('/relative');
  await protectedFetch({ pipeline: record })('/relative');
  expect(keys).toEqual(['http://a.test:81', 'mine', '']);
});

describe('over a real connection', () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => answer(request, response));
  let origin: string;

  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address?.port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('with nothing but its defaults it gets the answer in the end', async () => {
    let requests = 0;
    answer = (request, response) => {
      response.statusCode = ++requests < 3 ? 503 : 200;
      response.end(String(request.headers['grpc-timeout'] !== undefined));
    };
    const response = await protectedFetch()(origin);
    expect([await response.text(), requests]).toEqual(['true', 3]);
  });

  test('a dropped connection is tried again, and one that hangs is ended', async () => {
    let requests = 0;
    answer = (_, response) => {
      requests++;
      if (requests === 1) response.destroy();
      else if (requests === 3) response.end('here');
    };
    // The last attempt answers in time even where it has to wait for a processor.
    const calls = pipeline(retry({ backoff: constant(1) }), timeout('2s'));
    const response = await protectedFetch({ pipeline: calls })(origin);
    expect([await response.text(), requests]).toEqual(['here', 3]);
  });
});
