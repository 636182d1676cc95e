import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { packedType, unpacked } from '../../../src/api/packed-answer.ts';
import { takeEarly } from './early-answer.ts';

/** Why the console did not answer as asked: problem details (RFC 9457), or what stands for them when it cannot be reached. */
export interface Problem {
  readonly title: string;
  readonly detail: string | undefined;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
}

export class RequestFailed extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

const base = '/api/v1';
const tokenKey = 'token';
const held: Signal<string | undefined> = signal(takeToken());

/** The token that lets its bearer act; undefined for somebody who only looks. Kept for this tab. */
export const token: ReadonlySignal<string | undefined> = held;

export function holdToken(text: string | undefined): void {
  if (text === undefined) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, text);
  held.value = text;
}

/** The console prints its address with `#token=...`. It leaves the address bar at once, so that nobody sends it on. */
function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get(tokenKey);
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(tokenKey) ?? undefined;
}

/** Parameters of a request; what is undefined is left out, and a list is given once for each entry. */
export type Parameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The address of a request, `path` without its prefix: `addressOf('/traces', { service: 'orders' })`. */
export function addressOf(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const each of value) query.append(name, each);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return `${base}${path}${text === '' ? '' : `?${text}`}`;
}

/** Reads an answer. Throws {@link RequestFailed}; an abort throws as `fetch` does. */
export async function read<T>(address: string, signal: AbortSignal): Promise<T> {
  const early = await takeEarly(address);
  if (early !== undefined) return unpacked<T>(early);
  const response = await send(address, { headers: { accept: `${packedType}, application/json` }, signal });
  if (response.headers.get('content-type') !== packedType) return (await response.json()) as T;
  return unpacked<T>(await response.arrayBuffer());
}

/** Asks for a change, with the token; one that is refused is dropped. The answer is undefined where it has no body. */
export async function act<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T | undefined> {
  const response = await send(addressOf(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (error instanceof RequestFailed && error.problem.status === 401) holdToken(undefined);
    throw error;
  });
  return response.status === 204 ? undefined : ((await response.json()) as T);
}

async function send(address: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (held.peek() !== undefined) headers.set('authorization', `Bearer ${held.peek()}`);
  let response: Response;
  try {
    response = await fetch(address, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestFailed({
      title: 'The console does not answer',
      detail: 'It may have been stopped. This page tries again by itself.',
      status: 0,
    });
  }
  if (!response.ok) throw new RequestFailed(await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  try {
    const { title, detail } = (await response.json()) as Partial<Problem>;
    return { title: title ?? `The console answered ${status}`, detail, status };
  } catch {
    return { title: `The console answered ${status}`, detail: undefined, status };
  }
}
