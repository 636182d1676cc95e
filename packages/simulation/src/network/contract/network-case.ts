import {
  assert,
  type Connection,
  type Duration,
  isHoldfastError,
  type Network,
  type WaitOptions,
} from '@holdfast/core';

/** Two hosts that reach each other, made anew for each case. */
export interface NetworkPair {
  readonly left: Network;
  /** The name or IP address under which `right` reaches `left`, and `left` itself. */
  readonly leftHost: string;
  readonly right: Network;
  readonly rightHost: string;
  /** Lets the time of both hosts pass. */
  sleep(duration: Duration, options?: WaitOptions): Promise<void>;
  /** How many timers, sockets and the like the two networks hold at the moment. */
  held(): number;
}

/** One promise of core's `Network`. */
export interface NetworkCase {
  readonly name: string;
  /** Rejects unless the network keeps it. While it runs, time has to pass. */
  run(pair: NetworkPair): Promise<void>;
}

/** A connection from left to right, and what right accepted. */
export async function connected(pair: NetworkPair): Promise<{ near: Connection; far: Connection }> {
  let accepted = (_connection: Connection): void => {};
  const accepting = new Promise<Connection>((resolve) => {
    accepted = resolve;
  });
  const listener = await pair.right.listen(0, accepted);
  const near = await pair.left.connect({ host: pair.rightHost, port: listener.address.port });
  const far = await accepting;
  await listener.close();
  return { near, far };
}

/** Everything that arrives until the other end ends. */
export async function readAll(connection: Connection): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = await connection.read();
    if (piece === undefined) return joined(pieces);
    assert(piece.length > 0, 'a read gives at least one byte');
    pieces.push(piece);
  }
}

/** Exactly `length` bytes or more, as they come. */
export async function readAtLeast(connection: Connection, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let got = 0; got < length; ) {
    const piece = await connection.read();
    assert(piece !== undefined, `${length} bytes arrive before the end, not only ${got}`);
    pieces.push(piece);
    got += piece.length;
  }
  return joined(pieces);
}

/** `length` bytes that differ from their neighbours and from those of another `salt`. */
export function pattern(length: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = Math.imul(index + salt, 0x9e3779b1) >>> 23;
  return bytes;
}

export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

export function bytesOf(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert(
    actual.length === expected.length,
    `${what}: ${actual.length} bytes, but it has to be ${expected.length}`,
  );
  const wrong = actual.findIndex((byte, index) => byte !== expected[index]);
  assert(wrong === -1, `${what}: byte ${wrong} is ${actual[wrong]}, but it has to be ${expected[wrong]}`);
}

export function equal<Value>(actual: Value, expected: Value, what: string): void {
  assert(actual === expected, `${what}: ${String(actual)}, but it has to be ${String(expected)}`);
}

/** Rejects unless `attempt` fails with `code`. */
export async function failsWith(code: string, attempt: Promise<unknown>, what: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'no error',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );
  equal(outcome, code, what);
}

/** What `promise` gives. @throws HoldfastError ASSERTION_FAILED when it has not within 10 s of the networks' time. */
export async function soon<Value>(pair: NetworkPair, promise: Promise<Value>, what: string): Promise<Value> {
  const enough = new AbortController();
  const late = pair.sleep('10s', { signal: enough.signal }).then(
    (): never => assert(false, `${what} ends`) as never,
    () => promise,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    enough.abort();
  }
}

/**
 * `promise`, to be awaited later or not at all. If it rejects unseen, the case has failed before, or is about to fail at
 * the other end.
 */
export function later<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** A signal of its own, and how many listen to it. */
export class CountedAbort {
  readonly controller: AbortController = new AbortController();
  listeners = 0;

  constructor() {
    const { signal } = this.controller;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...listener: Parameters<typeof addEventListener>) => {
      this.listeners++;
      addEventListener.apply(signal, listener);
    };
    signal.removeEventListener = (...listener: Parameters<typeof removeEventListener>) => {
      this.listeners--;
      removeEventListener.apply(signal, listener);
    };
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  abort(): void {
    this.controller.abort(new Error('enough'));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
