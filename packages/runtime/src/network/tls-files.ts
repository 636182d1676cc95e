import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { defineEvent, type EventType, invalidArgument } from '@holdfast/core';

export interface TlsOptions {
  /** PEM file: the certificate of this end and those between it and its authority. Needed to listen. */
  readonly certFile?: string | undefined;
  /** PEM file: the key of that certificate. */
  readonly keyFile?: string | undefined;
  /** PEM file: the authorities that sign the certificates of others. Default those that Node trusts. */
  readonly caFile?: string | undefined;
  /** Whether those who connect must show a certificate too. Default true. */
  readonly mutual?: boolean | undefined;
  /** What is spoken within, as the two ends agree on when they begin (ALPN), the favourite first. Default nothing. */
  readonly protocols?: readonly string[] | undefined;
  /** The oldest version that is accepted. Default TLS 1.3; others' clients may know nothing newer than 1.2. */
  readonly versionMin?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** The name that the certificate of whom one connects to must have. Default the host that one connects to. */
  readonly serverName?: string | undefined;
}

/** Published when changed TLS files cannot be used; those read before stay in use. */
export interface TlsFilesRefused {
  readonly files: readonly string[];
  readonly error: Error;
}

export const tlsFilesRefused: EventType<TlsFilesRefused> = defineEvent<TlsFilesRefused>(
  'holdfast.runtime.tls-files-refused',
);

/** What the files hold. */
export interface TlsMaterial {
  /** `cert`, `key` and `ca`, as far as there are files for them: for servers of Node. */
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** How often, in milliseconds, the files are looked at. */
const lookEvery = 1_000;

/** Certificates, keys and authorities in files, which may change while they are in use. */
export class TlsFiles {
  readonly options: TlsOptions;
  readonly #paths: readonly string[];
  #material: TlsMaterial;
  #seen: string;
  #lookedAt: number;

  /** @throws HoldfastError INVALID_ARGUMENT when a file cannot be read or used. */
  constructor(options: TlsOptions) {
    const { certFile, keyFile, caFile } = options;
    if ((certFile === undefined) !== (keyFile === undefined)) {
      throw invalidArgument('tls', 'half a pair', 'given both certFile and keyFile, or neither');
    }
    this.options = options;
    this.#paths = [certFile, keyFile, caFile].filter((path) => path !== undefined);
    this.#seen = this.#look();
    this.#material = this.#read();
    this.#lookedAt = performance.now();
  }

  /** What the files hold; read again when they have changed, which is looked for once a second at most. */
  current(): TlsMaterial {
    const now = performance.now();
    if (now - this.#lookedAt < lookEvery) return this.#material;
    this.#lookedAt = now;
    try {
      if (this.#look() !== this.#seen) this.reload();
    } catch (error) {
      if (tlsFilesRefused.active) {
        tlsFilesRefused.publish({ files: this.#paths, error: error as Error });
      }
    }
    return this.#material;
  }

  /**
   * Reads the files now.
   *
   * @throws HoldfastError INVALID_ARGUMENT when one cannot be read or used: then those read before stay in use.
   */
  reload(): void {
    const seen = this.#look();
    this.#material = this.#read();
    this.#seen = seen;
  }

  /** Changes when a file does. */
  #look(): string {
    const seen = this.#paths.map((path) => {
      const { ino, size, mtimeMs } = using(path, () => statSync(path));
      return `${ino} ${size} ${mtimeMs}`;
    });
    return seen.join();
  }

  #read(): TlsMaterial {
    const { certFile, keyFile, caFile } = this.options;
    const options = { ...read('cert', certFile), ...read('key', keyFile), ...read('ca', caFile) };
    const context = using(this.#paths.join(', '), () =>
      createSecureContext({ ...options, minVersion: this.options.versionMin ?? tlsVersionMinDefault }),
    );
    return { options, context };
  }
}

/** Where both ends are Holdfast's own, nothing older is worth its risks. */
export const tlsVersionMinDefault = 'TLSv1.3';

function read(option: 'cert' | 'key' | 'ca', path: string | undefined): SecureContextOptions {
  return path === undefined ? {} : { [option]: using(path, () => readFileSync(path)) };
}

function using<Value>(path: string, attempt: () => Value): Value {
  try {
    return attempt();
  } catch (error) {
    throw invalidArgument('tls', path, `PEM files that can be used: ${(error as Error).message}`);
  }
}
