import nodeCrypto from 'node:crypto';
import type { Random } from '@holdfast/core';
import { currentContext } from './active-simulation.ts';
import type { Replacement } from './replacement.ts';
import { hostImmediate } from './timers-promises.ts';

type RandomBytes = (size: number, done?: (error: Error | null, bytes: Buffer) => void) => Buffer | undefined;

const webCrypto = globalThis.crypto;

/** `Math.random`, Web Crypto's randomness, and `randomUUID` and `randomBytes` of `node:crypto`. */
export const randomnessReplacements: readonly Replacement[] = [
  {
    target: Math,
    name: 'random',
    replace: (original: () => number) => () => currentContext()?.random.float() ?? original(),
  },
  { target: webCrypto, name: 'randomUUID', replace: replaceRandomUuid },
  { target: nodeCrypto, name: 'randomUUID', replace: replaceRandomUuid },
  {
    target: webCrypto,
    name: 'getRandomValues',
    replace:
      (original: Crypto['getRandomValues']) =>
      <T extends ArrayBufferView>(array: T): T => {
        const context = currentContext();
        if (context === undefined) return original.call(webCrypto, array as never) as unknown as T;
        fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), context.random);
        return array;
      },
  },
  {
    target: nodeCrypto,
    name: 'randomBytes',
    replace:
      (original: RandomBytes): RandomBytes =>
      (size, done) => {
        const context = currentContext();
        if (context === undefined) return original(size, done);
        const bytes = Buffer.alloc(size);
        fill(bytes, context.random);
        if (done === undefined) return bytes;
        void hostImmediate(context, undefined).then(() => done(null, bytes));
        return undefined;
      },
  },
];

function replaceRandomUuid(original: (options?: object) => string): (options?: object) => string {
  return (options) => {
    const context = currentContext();
    return context === undefined ? original.call(webCrypto, options) : uuid(context.random);
  };
}

/** A UUID of version 4 (RFC 9562). */
function uuid(random: Random): string {
  const bytes = Buffer.alloc(16);
  fill(bytes, random);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function fill(bytes: Uint8Array, random: Random): void {
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.uint32();
}
