import type { MessageType } from '@holdfast/transport/protobuf';
import type { Method, StreamMethod, UnaryMethod } from './call.ts';

/** A method as a table holds it. */
export type AnyMethod = Method<never, never>;

export function unary<Request, Response>(
  path: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
  handle: UnaryMethod<Request, Response>['handle'],
): AnyMethod {
  const method: UnaryMethod<Request, Response> = { kind: 'unary', path, request, response, handle };
  return method as unknown as AnyMethod;
}

export function stream<Request, Response>(
  path: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
  handle: StreamMethod<Request, Response>['handle'],
): AnyMethod {
  const method: StreamMethod<Request, Response> = { kind: 'stream', path, request, response, handle };
  return method as unknown as AnyMethod;
}
