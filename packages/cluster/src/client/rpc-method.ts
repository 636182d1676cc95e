import type { Address } from '@holdfast/core';
import type { MessageType } from '@holdfast/transport/protobuf';

/** A method of the API, and what becomes of it when it is repeated. */
export interface RpcMethod<Request, Response> {
  readonly path: string;
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  /**
   * `read`: changes nothing. `idempotent`: done twice is as good as done once. `numbered`: a change that a session makes
   * safe to repeat. `once`: a change that nothing makes safe to repeat.
   */
  readonly repetition: 'read' | 'idempotent' | 'numbered' | 'once';
  /** Whether it carries no token: it is how one gets it. */
  readonly anonymous?: boolean;
}

export interface RpcOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asks this endpoint alone, and does not repeat. Default: any that serves. */
  readonly endpoint?: Address | undefined;
}
