import type { Duplex } from 'node:stream';
import type { Connection } from '@holdfast/core';
import { networkErrors } from '@holdfast/core';

const nowhere = { host: '127.0.0.1', port: 0 };

/** A stream of Node as the `Connection` that a server is given. */
export function socketConnection(socket: Duplex): Connection {
  const pieces: Uint8Array[] = [];
  let over = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    wake?.();
    wake = undefined;
  };
  socket.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    ring();
  });
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      over = true;
      ring();
    });
  }
  return {
    local: nowhere,
    remote: nowhere,
    async read() {
      while (pieces.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      return pieces.shift();
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => {
          if (error) reject(networkErrors.create('CONNECTION_RESET', { message: error.message }));
          else resolve();
        });
      }),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
}
