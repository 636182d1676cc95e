import { enterOperation, type OperationScope, operationsObserved } from '@holdfast/core';
import type { Call, Method, MethodTable, UnaryMethod } from '../services/call.ts';
import type { AnyMethod } from '../services/method.ts';
import { refusalOf } from '../services/refusal-of.ts';
import { rpcAttributes, rpcName } from '../services/rpc-operation.ts';

/** Who serves: told of each operation. */
export interface ServingMember {
  readonly id: string;
  status(): { readonly role: string };
}

/**
 * The same methods, whose unary calls go on with the trace that their caller sent along, as operations. What comes without
 * one is of no trace; and a stream, such as a watch, lasts too long to be a part of one.
 */
export function tracedMethods(methods: MethodTable, member: ServingMember): MethodTable {
  return new Map(
    [...methods].map(([path, method]) => {
      const known = method as unknown as Method<unknown, unknown>;
      return [path, (known.kind === 'unary' ? traced(known, member) : known) as unknown as AnyMethod];
    }),
  );
}

function traced(method: UnaryMethod<unknown, unknown>, member: ServingMember): UnaryMethod<unknown, unknown> {
  const name = rpcName(method.path);
  return {
    ...method,
    handle: (request, call) => {
      const { protocol = 'grpc', traceparent } = call;
      if (traceparent === undefined || !operationsObserved()) return method.handle(request, call);
      const attributes = {
        ...rpcAttributes(method.path, protocol),
        'holdfast.cluster.member': member.id,
        'holdfast.cluster.role': member.status().role,
      };
      const scope = enterOperation(name, attributes, { traceparent });
      return scope === undefined ? method.handle(request, call) : within(scope, method, request, call);
    },
  };
}

function within(
  scope: OperationScope,
  method: UnaryMethod<unknown, unknown>,
  request: unknown,
  call: Call,
): Promise<unknown> | unknown {
  const failed = (error: unknown): void => {
    scope.set({ 'rpc.grpc.status_code': refusalOf(error).code });
    scope.exit(error);
  };
  try {
    const response = scope.bind(() => method.handle(request, call));
    if (response instanceof Promise) response.then(() => scope.exit(undefined), failed);
    else scope.exit(undefined);
    return response;
  } catch (error) {
    failed(error);
    throw error;
  }
}
