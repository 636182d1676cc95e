import { coreErrors } from '@holdfast/core';

/**
 * A connection as the work has it: from when `isOver` on, none of its methods can be called. Work that goes on after its time
 * would else write outside of its transaction, in a session that a pool may have given to somebody else by then.
 */
export function lentConnection(connection: unknown, resource: string, isOver: () => boolean): unknown {
  if (typeof connection !== 'object' || connection === null) return connection;
  return new Proxy(connection, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || name === 'constructor') return value;
      return (...values: unknown[]): unknown => {
        if (isOver()) throw workOver(resource);
        return Reflect.apply(value, target, values);
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
}

function workOver(resource: string): Error {
  return coreErrors.create('ABORTED', {
    message: `The work is over: its connection to ${resource} takes nothing any more`,
  });
}
