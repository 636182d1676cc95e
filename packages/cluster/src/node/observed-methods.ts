import type { Clock } from '@holdfast/core';
import type { Method, MethodTable, StreamMethod, UnaryMethod } from '../services/call.ts';
import type { AnyMethod } from '../services/method.ts';
import { refusalOf } from '../services/refusal-of.ts';

/** Hears of the calls of one method, whichever protocol they come by. */
export interface MethodObserver {
  started(): void;
  /** `code` is gRPC's: 0 for success. */
  handled(code: number, micros: number): void;
}

/** Makes the observer of the method at `path`. */
export type ObserveMethod = (path: string, kind: 'unary' | 'stream') => MethodObserver;

/** The same methods, observed. */
export function observedMethods(methods: MethodTable, observe: ObserveMethod, clock: Clock): MethodTable {
  return new Map(
    [...methods].map(([path, method]) => {
      const known = method as unknown as Method<unknown, unknown>;
      const observer = observe(path, known.kind);
      const observed =
        known.kind === 'unary' ? unary(known, observer, clock) : stream(known, observer, clock);
      return [path, observed as unknown as AnyMethod];
    }),
  );
}

function unary(
  method: UnaryMethod<unknown, unknown>,
  observer: MethodObserver,
  clock: Clock,
): UnaryMethod<unknown, unknown> {
  return {
    ...method,
    handle: (request, call) => {
      const began = clock.now();
      observer.started();
      const handled = (thrown?: unknown) => observer.handled(codeOf(thrown), clock.now() - began);
      try {
        const response = method.handle(request, call);
        if (response instanceof Promise) response.then(() => handled(), handled);
        else handled();
        return response;
      } catch (error) {
        handled(error);
        throw error;
      }
    },
  };
}

function stream(
  method: StreamMethod<unknown, unknown>,
  observer: MethodObserver,
  clock: Clock,
): StreamMethod<unknown, unknown> {
  return {
    ...method,
    handle: async (requests, responses, call) => {
      const began = clock.now();
      observer.started();
      let thrown: unknown;
      try {
        await method.handle(requests, responses, call);
      } catch (error) {
        thrown = error;
        throw error;
      } finally {
        observer.handled(codeOf(thrown), clock.now() - began);
      }
    },
  };
}

function codeOf(thrown: unknown): number {
  return thrown === undefined ? 0 : refusalOf(thrown).code;
}
