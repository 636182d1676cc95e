import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toProblemDetails } from '@holdfast/core';
import { type AdminEndpointOptions, type AdminSettings, adminSettings } from './admin-options.ts';
import { type AdminRequest, answer, isReading } from './admin-routes.ts';
import { isSignedWith, scheme } from './admin-signature.ts';
import { denied, HttpRefusal, locked, tooMany } from './refusals.ts';
import { ReplayGuard } from './replay-guard.ts';

/** Shows this process to whoever is on this machine: see `AdminIndex`. */
export interface AdminEndpoint {
  /** Such as `http://127.0.0.1:40123`: what the resource attribute `holdfast.admin.url` says. */
  readonly url: string;
  /** Ends what is under way. */
  close(): Promise<void>;
}

const bodyBytesMax = 65_536;
const connectionsMax = 64;

/**
 * Opens the admin endpoint of this process on loopback. It does not keep the process alive.
 *
 * @throws HoldfastError INVALID_ARGUMENT; what `listen` fails with where the port is taken.
 */
export async function openAdminEndpoint(options: AdminEndpointOptions): Promise<AdminEndpoint> {
  const settings = adminSettings(options);
  const door = new Door(settings);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    void door.serve(request, response);
  });
  // An instrumentation of HTTP wraps the method of all servers: who looks would be traced as if it were a customer.
  server.emit = EventEmitter.prototype.emit;
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lets requests in. */
class Door {
  readonly #settings: AdminSettings;
  readonly #guard = new ReplayGuard();

  constructor(settings: AdminSettings) {
    this.#settings = settings;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leaving = new AbortController();
    response.on('close', () => leaving.abort());
    try {
      const admitted = await this.#admit(request, leaving.signal);
      const content = await answer(admitted, this.#settings);
      if (content === undefined) response.writeHead(204).end();
      else respond(response, 200, 'application/json', content);
    } catch (error) {
      if (response.destroyed) return;
      if (error instanceof HttpRefusal) {
        const { status, message: detail } = error;
        respond(response, status, 'application/problem+json', { type: 'about:blank', status, detail });
      } else {
        const { status, headers, body } = toProblemDetails(error);
        if (status === 401) response.setHeader('www-authenticate', scheme);
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        respond(response, status, 'application/problem+json', body);
      }
      // What is left of a body that nobody wants.
      request.resume();
    }
  }

  async #admit(request: IncomingMessage, signal: AbortSignal): Promise<AdminRequest> {
    const { method = '', url: target = '', headers } = request;
    const host = headers.host ?? '';
    if (!isOurs(host, request)) throw new HttpRefusal(421, 'the Host header names another host');
    if (method !== 'GET' && method !== 'POST') throw new HttpRefusal(405, 'there are GET and POST');
    const body = await readBody(request);
    const signed = this.#isSigned(request, { method, host, target, body });
    if (!isReading(method) && !signed) {
      throw this.#settings.token === undefined ? locked() : denied('it has no signature');
    }
    const [path = '', query = ''] = target.split('?', 2);
    return { method, path, query: new URLSearchParams(query), body, signed, signal };
  }

  /** @throws HoldfastError ADMIN_DENIED for a signature that is wrong, late, or was there before. */
  #isSigned(
    { headers }: IncomingMessage,
    request: { method: string; host: string; target: string; body: Uint8Array },
  ): boolean {
    const { token } = this.#settings;
    const { authorization } = headers;
    if (token === undefined || authorization === undefined) return false;
    const [word, signature = ''] = authorization.split(' ');
    const nonce = `${headers['holdfast-nonce'] ?? ''}`;
    const date = Number(headers['holdfast-date'] ?? Number.NaN);
    if (word !== scheme || !/^[\w-]{16,64}$/.test(nonce) || !Number.isSafeInteger(date)) {
      throw denied('it has no signature as there has to be');
    }
    if (!isSignedWith(token, { ...request, date, nonce }, signature))
      throw denied('its signature is another');
    switch (this.#guard.judge(nonce, date, Date.now())) {
      case 'late':
        throw denied('it was signed at another time: the clocks differ, or it is old');
      case 'repeated':
        throw denied('it was there before');
      case 'busy':
        throw tooMany();
      case 'fresh':
        return true;
    }
  }
}

/** A web page of elsewhere, whose name was made to lead here, would send that name. */
function isOurs(host: string, { socket }: IncomingMessage): boolean {
  const match = /^(127\.0\.0\.1|localhost):(\d+)$/.exec(host);
  return match !== null && Number(match[2]) === socket.localPort;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const tooLarge = () => new HttpRefusal(413, `a body has at most ${bodyBytesMax} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function respond(response: ServerResponse, status: number, type: string, content: unknown): void {
  const body = JSON.stringify(content);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
