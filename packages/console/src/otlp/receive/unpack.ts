import { gunzip } from 'node:zlib';
import { consoleErrors } from '../../console-errors.ts';

/** How many bodies are unpacked at once: each may become as large as a body may be. */
const concurrency = 2;

/** Unpacks bodies, a few at a time, and none further than it may grow. */
export class Unpacker {
  readonly #bytesMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @throws HoldfastError TELEMETRY_TOO_LARGE; TELEMETRY_MALFORMED when it is no gzip. */
  async gunzip(packed: Buffer): Promise<Buffer> {
    if (this.#running >= concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await gunzipUpTo(packed, this.#bytesMax);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

function gunzipUpTo(packed: Buffer, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(packed, { maxOutputLength: bytesMax }, (error, body) => {
      if (error === null) resolve(body);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        reject(bodyTooLarge(bytesMax));
      else {
        reject(
          consoleErrors.create('TELEMETRY_MALFORMED', {
            message: `the body is no gzip: ${error.message}`,
            cause: error,
            stack: false,
          }),
        );
      }
    });
  });
}

export function bodyTooLarge(bytesMax: number): Error {
  return consoleErrors.create('TELEMETRY_TOO_LARGE', {
    message: `the body is larger than ${bytesMax} bytes: send less at once`,
    context: { bodyBytesMax: bytesMax },
    stack: false,
  });
}
