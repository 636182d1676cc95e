import { connect, type Socket } from 'node:net';
import type { JsonValue } from '@holdfast/core';

/** Bytes of a request, and of an answer. */
export const requestBytesMax = 65_536;
export const answerBytesMax: number = 16 * 1_048_576;

/** The JSON in the next line that comes from `socket`; undefined when it ends before, or with a line that is none. */
export function readLine(socket: Socket, bytesMax: number): Promise<JsonValue | undefined> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (value: JsonValue | undefined): void => {
      socket.off('data', take);
      resolve(value);
    };
    const take = (piece: Buffer): void => {
      pieces.push(piece);
      length += piece.length;
      const newline = piece.indexOf(0x0a);
      if (newline !== -1) end(parse(Buffer.concat(pieces, length - piece.length + newline).toString()));
      else if (length > bytesMax) end(undefined);
    };
    socket.on('data', take);
    socket.once('close', () => end(undefined));
  });
}

export function writeLine(socket: Socket, value: JsonValue): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

/** How an attempt to reach a socket in the file system ended. */
export type Reached =
  | { readonly kind: 'reached'; readonly socket: Socket }
  /** Nobody listens there any more, nor ever will. */
  | { readonly kind: 'dead' }
  /** Somebody may be there: too many are waiting for it, or it is another user's. */
  | { readonly kind: 'unreachable' };

export function reach(path: string): Promise<Reached> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => {});
      resolve({ kind: 'reached', socket });
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve({ kind: code === 'ECONNREFUSED' || code === 'ENOENT' ? 'dead' : 'unreachable' });
    });
  });
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
