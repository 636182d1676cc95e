import { chmod, rename, unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleepFor, setImmediate as turn } from 'node:timers/promises';
import { asHoldfastError, errorToJson, invalidArgument, type JsonValue } from '@holdfast/core';
import { type ClaimName, draftName, newClaimName } from './claim-name.ts';
import { readLine, requestBytesMax, writeLine } from './line-socket.ts';
import type { SocketFolder } from './socket-folder.ts';

/** Answers a request to the owner of a folder. Its signal aborts when nobody waits for the answer any more. */
export type OwnerAnswer = (request: JsonValue, signal: AbortSignal) => JsonValue | Promise<JsonValue>;

/** More connections at once are closed unheard. */
const connectionsMax = 64;
/** An asker that says nothing for so long is not waited for, in milliseconds. */
const silenceMax = 10_000;
/** For so long one who withdraws goes on answering what it was asked before, in milliseconds. */
const lastAnswersMax = 1_000;

/**
 * A socket that listens in a folder under a name of its own. It lives as long as its process: the kernel ends it with that,
 * and whoever connects to it then is refused.
 */
export class Claim {
  readonly name: ClaimName;
  readonly #folder: SocketFolder;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Whether it has become that of the owner. */
  owner = false;
  answer: OwnerAnswer | undefined;

  private constructor(folder: SocketFolder, name: ClaimName) {
    this.#folder = folder;
    this.name = name;
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#server.maxConnections = connectionsMax;
  }

  /**
   * Lays claim to `folder`. It gets its name when it listens already, so no one finds it dead before. Undefined when
   * somebody has removed it before that.
   */
  static async lay(folder: SocketFolder, rank: string, attempt: number): Promise<Claim | undefined> {
    const name = newClaimName(rank, attempt);
    const claim = new Claim(folder, name);
    const draft = folder.socket(draftName(name));
    await new Promise<void>((resolve, reject) => {
      claim.#server.once('error', reject);
      // `exclusive`: in a worker of node:cluster the primary would listen instead.
      claim.#server.listen({ path: draft, exclusive: true }, () => resolve());
    });
    claim.#server.unref();
    try {
      await chmod(draft, 0o600);
      await rename(draft, folder.socket(name.name));
      return claim;
    } catch (error) {
      await claim.withdraw();
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Gives it up. Who asked before gets its answer still: what it asked for may be why the owner lets go. */
  async withdraw(): Promise<void> {
    await unlink(this.#folder.socket(this.name.name)).catch(() => {});
    // Nobody finds it any more; those who have are accepted by the next turn but one.
    await turn();
    await turn();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.race([closed, sleepFor(lastAnswersMax, undefined, { ref: false })]);
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    socket.setTimeout(silenceMax, () => socket.destroy());
    const request = await readLine(socket, requestBytesMax);
    socket.setTimeout(0);
    if (socket.destroyed) return;
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    try {
      writeLine(socket, await this.#respond(request, gone.signal));
    } catch (error) {
      writeLine(socket, { error: errorToJson(asHoldfastError(error)) as unknown as JsonValue });
    }
    socket.end();
  }

  async #respond(request: JsonValue | undefined, signal: AbortSignal): Promise<JsonValue> {
    if (request === 'claim') return { owner: this.owner };
    if (!(this.owner && isRequest(request)))
      throw invalidArgument('request', request, 'what an owner understands');
    if (this.answer === undefined)
      throw invalidArgument('request', request, 'asked of an owner that answers');
    return { answer: await this.answer(request.request, signal) };
  }
}

function isRequest(value: JsonValue | undefined): value is { readonly request: JsonValue } {
  return typeof value === 'object' && value !== null && 'request' in value;
}
