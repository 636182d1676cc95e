import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Bulkhead } from '@holdfast/resilience';

/**
 * Makes and checks what is kept of passwords. The member that takes a request hashes before it proposes: no password gets
 * into the log, and the time that it takes is spent on one member, not in the replicated state of all.
 */
export interface PasswordHashing {
  /** What to keep of a password. It says itself how it was made, so that a later making can stand beside it. */
  hash(password: string, signal: AbortSignal): Promise<string>;
  /**
   * Whether `hash` was made of `password`. For a user who is not there, `hash` is undefined: the answer is false, after
   * the time that a wrong password takes, so that the time does not tell which users there are.
   *
   * @throws HoldfastError BULKHEAD_FULL, ABORTED.
   */
  matches(password: string, hash: string | undefined, signal: AbortSignal): Promise<boolean>;
}

export interface ScryptHashingOptions {
  /**
   * Base-2 logarithm of scrypt's N, which with r = 8 takes 1 KiB times N of memory. Default 15: 32 MiB and about 100 ms,
   * little more than etcd's bcrypt at its default cost of 10. Clients wait for it: etcdctl for 2 s at most.
   */
  readonly costLog2?: number;
  /** scrypt's p, a factor of its time. Default 1. */
  readonly parallelization?: number;
}

/** More at once would keep Node's thread pool, and with it all reading and writing of files, from other work. */
const hashesAtOnce = 2;
const hashesWaitingMax = 100;
const blockSize = 8;
const keyBytes = 32;
const saltBytes = 16;
const phcForm = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

interface Cost {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** scrypt (RFC 7914) in the PHC string form: `$scrypt$ln=15,r=8,p=1$<salt>$<key>`. */
export class ScryptHashing implements PasswordHashing {
  readonly #cost: Cost;
  /** Made for the first password: few nodes ever see one, and each of them would load a fifth more modules to start. */
  #places: Promise<Bulkhead> | undefined;
  /** Stands in for users who are not there. */
  readonly #decoy: string;

  constructor(options: ScryptHashingOptions = {}) {
    this.#cost = {
      costLog2: options.costLog2 ?? 15,
      blockSize,
      parallelization: options.parallelization ?? 1,
    };
    this.#decoy = encode(this.#cost, randomBytes(saltBytes), randomBytes(keyBytes));
  }

  async hash(password: string, signal: AbortSignal): Promise<string> {
    const salt = randomBytes(saltBytes);
    return encode(this.#cost, salt, await this.#derive(password, salt, this.#cost, signal));
  }

  async matches(password: string, hash: string | undefined, signal: AbortSignal): Promise<boolean> {
    const parts = phcForm.exec(hash ?? this.#decoy);
    if (parts === null) return false;
    const [, costLog2, r, p, salt, key] = parts;
    const cost = { costLog2: Number(costLog2), blockSize: Number(r), parallelization: Number(p) };
    const expected = Buffer.from(key!, 'base64');
    const derived = await this.#derive(password, Buffer.from(salt!, 'base64'), cost, signal);
    return derived.length === expected.length && timingSafeEqual(derived, expected) && hash !== undefined;
  }

  async #derive(password: string, salt: Uint8Array, cost: Cost, signal: AbortSignal): Promise<Buffer> {
    const N = 2 ** cost.costLog2;
    const { blockSize: r, parallelization: p } = cost;
    const options = { N, r, p, maxmem: 128 * r * (N + p) + 1024 * r };
    this.#places ??= makePlaces();
    const places = await this.#places;
    return places.execute(() => derive(password, salt, keyBytes, options), { signal });
  }
}

async function makePlaces(): Promise<Bulkhead> {
  const { Bulkhead } = await import('@holdfast/resilience');
  return new Bulkhead({
    name: 'password-hashing',
    maxConcurrent: hashesAtOnce,
    maxQueue: hashesWaitingMax,
    release: 'settled',
  });
}

function encode({ costLog2, blockSize, parallelization }: Cost, salt: Buffer, key: Buffer): string {
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return `$scrypt$ln=${costLog2},r=${blockSize},p=${parallelization}$${base64(salt)}$${base64(key)}`;
}
