import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidArgument } from '@holdfast/core';

/** Bytes that the path of a unix socket may have on every system: macOS ends it with a zero at 104, Linux at 108. */
const socketPathBytesMax = 103;
const nameBytesMax = 60;

/** A folder as the system's calls for sockets are told of it, whose paths have to be short. */
export class SocketFolder {
  readonly path: string;
  readonly #prefix: string;
  readonly #handle: FileHandle | undefined;

  private constructor(path: string, prefix: string, handle: FileHandle | undefined) {
    this.path = path;
    this.#prefix = prefix;
    this.#handle = handle;
  }

  /** @throws HoldfastError INVALID_ARGUMENT when the path is too long for this system. */
  static async open(path: string): Promise<SocketFolder> {
    if (Buffer.byteLength(path) + nameBytesMax <= socketPathBytesMax)
      return new SocketFolder(path, path, undefined);
    if (process.platform !== 'linux') {
      throw invalidArgument(
        'path',
        path,
        `${socketPathBytesMax - nameBytesMax} bytes at most on ${process.platform}`,
      );
    }
    // The folder by way of an open handle: a short name that leads to the same place.
    const handle = await open(path, 'r');
    return new SocketFolder(path, `/proc/self/fd/${handle.fd}`, handle);
  }

  /** The path of the socket `name`. */
  socket(name: string): string {
    return join(this.#prefix, name);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
