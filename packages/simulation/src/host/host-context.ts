import type { HostWorld, JsonValue } from '@holdfast/core';
import type { CallbackDisk } from '../disk/callback-disk.ts';

/**
 * What a program on a simulated host is given: a world of its own that ends with its process, and what only a
 * simulation has. Once the process has crashed, nothing in here does anything: promises stay pending for ever,
 * timers and callbacks never fire.
 */
export interface HostContext extends HostWorld {
  /** The host's name, which is its network address too. */
  readonly host: string;
  /** Counts the starts of this host, from 1. */
  readonly incarnation: number;
  /** Sends and receives whole messages without serialising them: the fast way for protocol cores. */
  readonly messages: Messages;
  /** The same disk as `disk`, with callbacks instead of promises. */
  readonly callbackDisk: CallbackDisk;
  /** Serves HTTP on this host; `fetch` on any simulated host reaches it as `http://<host>:<port>/`. */
  serve(port: number, handler: (request: Request) => Response | Promise<Response>): void;
  /** Fetches over the simulated network. The global `fetch` does the same while a simulation runs. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Says something of itself that a person reading the trace wants to know. `text` is made only when traced. */
  note(text: string | (() => string), data?: JsonValue): void;
  /** Says which role and phase this process is in, for coverage and for plans that aim at a role. */
  describe(description: () => Description): void;
}

export interface Description {
  /** Such as `'leader'`. */
  readonly role: string;
  /** What it is about, such as `'joint-configuration'` or `'installing-snapshot'`. */
  readonly phase: string;
}

/** Messages between hosts, by reference: neither side may change one after it is sent. Delivered as datagrams are. */
export interface Messages {
  /** Never fails; it may not arrive, or twice, or late. */
  send(to: string, message: unknown): void;
  /** Called for each message that arrives. Set it when the program starts. */
  onMessage: ((message: unknown, from: string) => void) | undefined;
}
