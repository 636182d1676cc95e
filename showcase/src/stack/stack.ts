import type { Answer, Handler, Received } from '../shop/http.ts';
import type { ServiceName } from '../shop/services.ts';

/** The three ways in which the same shop protects itself. */
export const variants = ['bare', 'today', 'holdfast'] as const;
export type Variant = (typeof variants)[number];

/**
 * How orders are seen through: one thing after the other and hoping, with everything written down by hand, or as sagas.
 */
export type DeskKind = 'hopeful' | 'careful' | 'saga';

/** A call from one service to another. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Calls with the same key are the same call, however often they arrive. */
  readonly key?: string;
  /** A lesser answer that will do when there is no real one. Undefined: there is none at present. */
  readonly substitute?: () => unknown;
  /** Aborts when nobody waits for the answer any longer. Stacks that do not take it let the call go on. */
  readonly signal?: AbortSignal;
  /** Nobody waits for the answer, and it may come after those for which somebody does. Stacks need not make a difference. */
  readonly background?: boolean;
}

/** Another service, as seen from here. */
export interface Remote {
  /**
   * The body of its answer. Rejects when there is none, or the service says that it failed.
   */
  request(call: Call): Promise<unknown>;
}

/** What a service's policies say of themselves, for the screen. */
export interface PolicyReading {
  /** The service that the calls go to, or `door` for those that come in. */
  readonly side: string;
  readonly text: string;
}

/** How a service protects the calls that it makes and those that it gets. All differences are in here. */
export interface Stack {
  readonly variant: Variant;
  readonly desk: DeskKind;
  remote(target: ServiceName): Remote;
  /** Answers `request` with what `handler` does, or protects it from doing that. */
  admit(request: Received, handler: Handler): Promise<Answer>;
  readings(): readonly PolicyReading[];
}
