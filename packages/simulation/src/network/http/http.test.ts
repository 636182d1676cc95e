import { describe, expect, test } from 'vitest';
import { ManualNetwork } from '../../../test/manual-network.ts';
import { CountedAbort } from '../contract/network-case.ts';
import { bodyBytesMax } from './http-message.ts';

describe('fetch and serve', () => {
  const start = (seed = 1) => {
    const manual = new ManualNetwork(seed);
    const client = manual.start('client');
    const server = manual.start('server');
    const fetch = (...call: Parameters<typeof client.fetch>) => manual.drive(client.fetch(...call));
    return { manual, client, server, fetch };
  };

  const causeOf = async (failing: Promise<unknown>) => {
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe('fetch failed');
    return (error as { cause: { code?: string; name: string; message: string } }).cause;
  };

  test('a request arrives with method, path, headers and body, and so does its answer', async () => {
    const { server, fetch } = start();
    const seen: unknown[] = [];
    server.serve(80, async (request) => {
      seen.push(request.method, request.url, request.headers.get('x-question'), await request.json());
      return Response.json({ answer: 42 }, { status: 201, headers: { 'x-answer': 'yes' } });
    });
    const response = await fetch('http://server/ask?why=not#here', {
      method: 'POST',
      headers: { 'x-question': 'what?' },
      body: JSON.stringify({ question: 'ü' }),
    });
    expect(seen).toEqual(['POST', 'http://server/ask?why=not', 'what?', { question: 'ü' }]);
    expect(response.status).toBe(201);
    expect(response.ok).toBe(true);
    expect(response.statusText).toBe('Created');
    expect(response.url).toBe('http://server/ask?why=not');
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ answer: 42 });
  });

  test('a Request object, a URL object and a host of its own name work', async () => {
    const { manual, server, fetch } = start();
    server.serve(8_080, (request) => new Response(new URL(request.url).pathname));
    expect(await (await fetch(new Request('http://server:8080/a'))).text()).toBe('/a');
    expect(await (await fetch(new URL('http://server:8080/b'))).text()).toBe('/b');
    const own = await manual.drive(server.fetch('http://localhost:8080/c'));
    expect(await own.text()).toBe('/c');
  });

  test('bodies are whole, however large, and both ways', async () => {
    const { manual, server, fetch } = start();
    manual.model.setConditions({ loss: 0.02, reordering: 0.1, holdBack: '5ms' });
    server.serve(80, async (request) => new Response(await request.arrayBuffer()));
    const sent = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251);
    const response = await fetch('http://server/', { method: 'PUT', body: sent });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sent);
  });

  test('many requests run at once', async () => {
    const { manual, client, server } = start();
    server.serve(80, async (request) => new Response(await request.text()));
    const ask = async (number: number) => {
      const body = `request ${number}`;
      return (await client.fetch('http://server/', { method: 'POST', body })).text();
    };
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const answers = await manual.drive(Promise.all(numbers.map(ask)));
    expect(answers).toEqual(numbers.map((number) => `request ${number}`));
    await manual.world.advance('1s');
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('answers without a body, HEAD and several cookies', async () => {
    const { server, fetch } = start();
    server.serve(80, (request) => {
      if (request.method === 'HEAD') return new Response('not sent', { headers: { 'x-size': '8' } });
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      return new Response(null, { status: 204, headers });
    });
    const head = await fetch('http://server/', { method: 'HEAD' });
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe('8');
    const nothing = await fetch('http://server/');
    expect(nothing.status).toBe(204);
    expect(nothing.body).toBe(null);
    expect(nothing.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('redirects are followed, made errors or shown, as asked', async () => {
    const { server, fetch } = start();
    server.serve(80, async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/loop') return Response.redirect('http://server/loop', 307);
      if (pathname === '/old') return new Response(null, { status: 302, headers: { location: '/new' } });
      return new Response(`${request.method} ${pathname} ${await request.text()}`);
    });
    const followed = await fetch('http://server/old', { method: 'POST', body: 'x' });
    expect(await followed.text()).toBe('GET /new ');
    expect(followed.redirected).toBe(true);
    expect(followed.url).toBe('http://server/new');
    expect((await fetch('http://server/old', { redirect: 'manual' })).status).toBe(302);
    const refused = await causeOf(fetch('http://server/old', { redirect: 'error' }));
    expect(refused.message).toBe('unexpected redirect');
    expect((await causeOf(fetch('http://server/loop'))).message).toBe('redirect count exceeded');
  });

  test('a handler that throws answers 500, and the trace tells why', async () => {
    const { manual, server, fetch } = start();
    server.serve(80, () => {
      throw new Error('no');
    });
    expect((await fetch('http://server/')).status).toBe(500);
    const notes = manual.trace.flatMap((event) => (event.what === 'note' ? [event.text] : []));
    expect(notes).toEqual(['the handler at port 80 failed: Error: no']);
  });

  test('failures have the causes of Node', async () => {
    const { manual, server, fetch } = start();
    expect(await causeOf(fetch('http://nowhere/'))).toMatchObject({
      code: 'ENOTFOUND',
      hostname: 'nowhere',
      syscall: 'getaddrinfo',
    });
    expect(await causeOf(fetch('http://server:81/'))).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED server:81',
      port: 81,
    });
    expect((await causeOf(fetch('ftp://server/'))).message).toBe('unknown scheme');
    const heal = manual.model.cut('client', 'server');
    expect(await causeOf(fetch('http://server/'))).toMatchObject({
      code: 'UND_ERR_CONNECT_TIMEOUT',
      name: 'ConnectTimeoutError',
    });
    heal();
    server.crash();
    expect((await causeOf(fetch('http://server/'))).code).toBe('UND_ERR_CONNECT_TIMEOUT');
  });

  test('a server that crashes resets its clients; one that is cut off does so after a while', async () => {
    const { manual, client, server } = start();
    server.serve(80, () => new Promise(() => {}));
    const first = client.fetch('http://server/');
    const failing = causeOf(first);
    await manual.world.advance('100ms');
    const restarted = server.restart();
    expect((await manual.drive(failing)).code).toBe('ECONNRESET');
    restarted.serve(80, async () => {
      manual.model.cut('server', 'client');
      return new Response('never arrives');
    });
    const large = { method: 'POST', body: new Uint8Array(1_000_000) };
    const second = causeOf(client.fetch('http://server/', large));
    await manual.world.advance('5ms');
    manual.model.cut('client', 'server');
    expect((await manual.drive(second)).code).toBe('ECONNRESET');
  });

  test('a connection that ends before its answer does says so', async () => {
    const { server, fetch } = start();
    await server.network.listen(80, (connection) => {
      void connection.write(new TextEncoder().encode('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'));
      connection.end();
    });
    expect(await causeOf(fetch('http://server/'))).toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  test('what is no HTTP, or too large, is refused by both sides', async () => {
    const { manual, client, server, fetch } = start();
    server.serve(80, () => new Response('fine'));
    const say = async (text: string) => {
      const connection = await client.network.connect({ host: 'server', port: 80 });
      await connection.write(new TextEncoder().encode(text));
      const answer = new TextDecoder().decode(await connection.read());
      connection.destroy();
      return answer.split(' ')[1];
    };
    expect(await manual.drive(say('nonsense\r\n\r\n'))).toBe('400');
    expect(await manual.drive(say('GET / HTTP/1.1\r\nno header\r\n\r\n'))).toBe('400');
    expect(await manual.drive(say('POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n'))).toBe('400');
    expect(await manual.drive(say('POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n'))).toBe('501');
    const tooMuch = `POST / HTTP/1.1\r\ncontent-length: ${bodyBytesMax + 1}\r\n\r\n`;
    expect(await manual.drive(say(tooMuch))).toBe('413');
    const headers = { 'x-long': 'x'.repeat(70_000) };
    expect((await fetch('http://server/', { headers })).status).toBe(431);
    await server.network.listen(81, (connection) => {
      void connection.write(new TextEncoder().encode('what?\r\n\r\n'));
    });
    expect((await causeOf(fetch('http://server:81/'))).code).toBe('HPE_INVALID_CONSTANT');
  });

  test('an abort ends the call with its reason, tells the server, and leaves nothing behind', async () => {
    const { manual, client, server } = start();
    const told: unknown[] = [];
    server.serve(80, async (request) => {
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
      told.push('left');
      return new Response('too late');
    });
    for (const span of ['0us', '100us', '3ms', '50ms'] as const) {
      const abort = new CountedAbort();
      const fetching = client.fetch('http://server/', { signal: abort.signal }).catch((thrown) => thrown);
      await manual.world.advance(span);
      abort.abort();
      expect(await manual.drive(fetching)).toBe(abort.signal.reason);
      expect(abort.listeners).toBe(0);
      await manual.world.advance('10s');
      expect(manual.world.pendingTimers).toBe(0);
    }
    expect(told).toContain('left');
    const already = client.fetch('http://server/', { signal: AbortSignal.abort('before') });
    await expect(already).rejects.toBe('before');
  });

  test('a request that ends leaves no listener on its signal', async () => {
    const { server, fetch } = start();
    server.serve(80, () => new Response('fine'));
    const abort = new CountedAbort();
    await fetch('http://server/', { signal: abort.signal });
    expect(abort.listeners).toBe(0);
  });

  test('a port that serves is in use', () => {
    const { server } = start();
    server.serve(80, () => new Response('fine'));
    expect(() => server.serve(80, () => new Response('other'))).toThrow('port 80 of server is in use');
  });

  test('nothing ever ends for a process that has crashed', async () => {
    const { manual, client, server } = start();
    server.serve(80, () => new Response('fine'));
    let ended = false;
    client.fetch('http://server/').finally(() => {
      ended = true;
    });
    await manual.world.advance('1ms');
    client.crash();
    client.fetch('http://server/').finally(() => {
      ended = true;
    });
    await manual.world.advance('1m');
    expect(ended).toBe(false);
    expect(manual.world.pendingTimers).toBe(0);
  });
});
