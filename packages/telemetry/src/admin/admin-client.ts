import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request as send } from 'node:http';
import {
  type Duration,
  fromProblemDetails,
  invalidArgument,
  throwIfAborted,
  toMillis,
  toPositiveMicros,
} from '@holdfast/core';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '../context/context-with-span.ts';
import { telemetryErrors } from '../telemetry-errors.ts';
import type {
  AdminCluster,
  AdminClusterClient,
  AdminErrors,
  AdminIndex,
  AdminPolicy,
  AdminProfile,
  AdminProfileRequest,
  AdminSaga,
  AdminSagaAction,
  AdminSagaActionName,
  AdminSagaDetail,
} from './admin-api.ts';
import { checkToken } from './admin-options.ts';
import { scheme, signatureOf } from './admin-signature.ts';

export interface AdminClientOptions {
  /** Where the endpoint is, such as `http://127.0.0.1:40123`. It must be on loopback. */
  readonly url: string;
  /** The one that the endpoint was given. Without it, it can only be looked at. */
  readonly token?: string | undefined;
  /** For an answer, beside the time that a profile takes. Default 5 s. */
  readonly timeout?: Duration | undefined;
}

/**
 * Asks the admin endpoint of a process. Its calls fail with what the endpoint refuses them with (ADMIN_DENIED, ADMIN_LOCKED,
 * ADMIN_UNKNOWN, INVALID_ARGUMENT ...), with ADMIN_UNREACHABLE when there is no answer, and with ABORTED.
 */
export interface AdminClient {
  index(signal?: AbortSignal): Promise<AdminIndex>;
  policies(signal?: AbortSignal): Promise<readonly AdminPolicy[]>;
  cluster(signal?: AbortSignal): Promise<readonly AdminCluster[]>;
  clients(signal?: AbortSignal): Promise<readonly AdminClusterClient[]>;
  sagas(filter?: AdminSagaFilter, signal?: AbortSignal): Promise<readonly AdminSaga[]>;
  /** With its values where the client has the token. */
  saga(ledger: string, id: string, signal?: AbortSignal): Promise<AdminSagaDetail>;
  act(
    saga: Pick<AdminSaga, 'ledger' | 'id'>,
    name: AdminSagaActionName,
    action?: AdminSagaAction,
    signal?: AbortSignal,
  ): Promise<void>;
  errors(signal?: AbortSignal): Promise<AdminErrors>;
  /** Resolves when it is taken. */
  profile(request: AdminProfileRequest, signal?: AbortSignal): Promise<AdminProfile>;
}

export interface AdminSagaFilter {
  readonly type?: string | undefined;
  readonly status?: AdminSaga['status'] | undefined;
  /** 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}

const answerBytesMax = 32 * 1_048_576;
const profileDurationDefault = 5_000;

/** @throws HoldfastError INVALID_ARGUMENT for a URL that does not lead to loopback, or a token that is too short. */
export function adminClient(options: AdminClientOptions): AdminClient {
  const url = loopbackUrl(options.url);
  const token = options.token === undefined ? undefined : checkToken(options.token);
  const timeout = toMillis(toPositiveMicros(options.timeout ?? '5s', 'timeout'));
  const get = (path: string, signal?: AbortSignal): Promise<unknown> =>
    call({ url, token, timeout, method: 'GET', path, body: '' }, signal);
  const post = (
    path: string,
    content: object,
    signal: AbortSignal | undefined,
    taking = 0,
  ): Promise<unknown> =>
    call(
      { url, token, timeout: timeout + taking, method: 'POST', path, body: JSON.stringify(content) },
      signal,
    );
  return {
    index: async (signal) => (await get('', signal)) as AdminIndex,
    policies: async (signal) => (await get('/policies', signal)) as AdminPolicy[],
    cluster: async (signal) => (await get('/cluster', signal)) as AdminCluster[],
    clients: async (signal) => (await get('/clients', signal)) as AdminClusterClient[],
    sagas: async (filter = {}, signal) => (await get(`/sagas${queryOf(filter)}`, signal)) as AdminSaga[],
    saga: async (ledger, id, signal) => (await get(sagaPath(ledger, id), signal)) as AdminSagaDetail,
    act: async ({ ledger, id }, name, action = {}, signal) => {
      await post(`${sagaPath(ledger, id)}/${name}`, action, signal);
    },
    errors: async (signal) => (await get('/errors', signal)) as AdminErrors,
    profile: async (request, signal) =>
      (await post('/profiles', request, signal, request.duration ?? profileDurationDefault)) as AdminProfile,
  };
}

interface Call {
  readonly url: URL;
  readonly token: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly method: 'GET' | 'POST';
  /** Below `/holdfast/v1`. */
  readonly path: string;
  readonly body: string;
}

async function call(asked: Call, signal: AbortSignal | undefined): Promise<unknown> {
  throwIfAborted(signal, 'a question to an admin endpoint');
  const late = AbortSignal.timeout(asked.timeout);
  const either = signal === undefined ? late : AbortSignal.any([signal, late]);
  let answered: { readonly response: IncomingMessage; readonly body: string };
  try {
    const response = await ask(asked, either);
    answered = { response, body: await readAnswer(response) };
  } catch (error) {
    throwIfAborted(signal, 'a question to an admin endpoint');
    throw telemetryErrors.create('ADMIN_UNREACHABLE', {
      message: `the admin endpoint at ${asked.url.origin} does not answer: ${late.aborted ? 'it takes too long' : messageOf(error)}`,
      cause: error,
    });
  }
  const { response, body } = answered;
  const { statusCode: status = 0, headers } = response;
  if (status >= 200 && status < 300) return body === '' ? undefined : JSON.parse(body);
  // There is nothing here that would lead elsewhere, so that it is not followed.
  if (status < 400) {
    throw telemetryErrors.create('ADMIN_UNREACHABLE', {
      message: `${asked.url.origin} is no admin endpoint`,
    });
  }
  throw fromProblemDetails({ status, headers: headers as Record<string, string>, body });
}

/** Sends the request; resolves with the head of its answer. */
function ask({ url, token, method, path, body }: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const target = `/holdfast/v1${path}`;
  const headers: Record<string, string | number> = { 'content-length': Buffer.byteLength(body) };
  if (token !== undefined) {
    const nonce = randomBytes(18).toString('base64url');
    const date = Date.now();
    const signature = signatureOf(token, { method, host: url.host, target, date, nonce, body });
    headers['authorization'] = `${scheme} ${signature}`;
    headers['holdfast-date'] = date;
    headers['holdfast-nonce'] = nonce;
  }
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = url;
    const begin = () => send({ host, port, method, path: target, headers, agent: false, signal }, resolve);
    // Who looks is no part of what is looked at.
    const outgoing = context.with(suppressTracing(context.active()), begin);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > answerBytesMax) throw new Error(`its answer is longer than ${answerBytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** Whoever names an endpoint by an attribute of telemetry could name any. */
function loopbackUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && (url.hostname === 'localhost' || url.hostname === '127.0.0.1');
  if (isLoopback && url.protocol === 'http:' && url.port !== '' && url.pathname === '/') return url;
  throw invalidArgument('url', text, "one of loopback with a port, such as 'http://127.0.0.1:40123'");
}

function sagaPath(ledger: string, id: string): string {
  return `/sagas/${encodeURIComponent(ledger)}/${encodeURIComponent(id)}`;
}

function queryOf(filter: AdminSagaFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
