import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { consoleErrors } from '../../console-errors.ts';
import { isLoopbackHost } from './expected-host.ts';
import { HttpReceiver } from './http-receiver.ts';
import type { ReceiverCore } from './receiver-options.ts';

/** Milliseconds for the head of a request, for all of it, and until a connection that nobody uses is closed. */
const headTime = 10_000;
const requestTime = 60_000;
const idleTime = 75_000;
const connectionsMax = 1_024;

/** A receiver on a port of its own. */
export interface OpenReceiver {
  readonly port: number;
  /** Takes no more requests, and ends connections when those under way are answered, at the latest after two seconds. */
  close(): Promise<void>;
}

export interface PortOptions {
  /** On loopback. 0 for any that is free. */
  readonly port: number;
}

/** Milliseconds that requests under way may still take. */
const closeTime = 2_000;

/**
 * Serves OTLP over HTTP on a port of loopback.
 *
 * @throws HoldfastError PORT_UNAVAILABLE.
 */
export async function openHttpReceiver(core: ReceiverCore, { port }: PortOptions): Promise<OpenReceiver> {
  const receiver = new HttpReceiver(core);
  const server = createServer(
    { headersTimeout: headTime, requestTimeout: requestTime, keepAliveTimeout: idleTime },
    (request, response) => {
      if (!isLoopbackHost(request.headers.host)) {
        response.writeHead(421, { connection: 'close' }).end('the Host header names another host\n');
      } else if (!receiver.handle(request, response)) {
        response.writeHead(404).end('OTLP is received at /v1/traces, /v1/logs and /v1/metrics\n');
      }
    },
  );
  server.maxConnections = connectionsMax;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portUnavailable(port, error)));
    server.listen({ port, host: '127.0.0.1' }, () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), closeTime);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

export function portUnavailable(port: number, error: unknown): Error {
  return consoleErrors.create('PORT_UNAVAILABLE', {
    message: `cannot listen on port ${port} of loopback: ${error instanceof Error ? error.message : error}`,
    cause: error,
    context: { port },
  });
}
