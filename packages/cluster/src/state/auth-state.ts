import type { CommandAuth } from './command.ts';
import type { Applied, EtcdRefusal } from './state-machine.ts';

/**
 * What the state machine needs of users and roles: replicated as part of it, and small enough to be copied whole. Who asks
 * is undefined where nobody was named: such a request is refused while authentication is on.
 */
export interface AuthState {
  /** Applies the payload of an `auth` command; who may do so is its own concern. `revision` is the store's. */
  apply(payload: Uint8Array, revision: number, auth: CommandAuth | undefined): Applied;
  /**
   * Whether who asks may read or write the keys from `key` to `rangeEnd`, which are as in a RangeRequest (empty: one key;
   * a zero byte: all from `key` on). Undefined if so, or when authentication is off; else the refusal.
   */
  permits(
    auth: CommandAuth | undefined,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    access: 'read' | 'write',
  ): EtcdRefusal | undefined;
  /** Whether who asks may do anything: undefined if so, or when authentication is off; else the refusal. */
  permitsAll(auth: CommandAuth | undefined): EtcdRefusal | undefined;
  /** The whole of it, the same bytes wherever the same commands were applied. */
  save(): Uint8Array;
  /** Puts what `save` gave, or nothing (empty), in the place of all that it holds. */
  restore(bytes: Uint8Array): void;
}

/** Without users: everything is permitted. */
export const openToAll: AuthState = {
  apply: (_payload, revision) => ({
    revision,
    result: { refusal: { code: 12, message: 'etcdserver: authentication is not built in' } },
  }),
  permits: () => undefined,
  permitsAll: () => undefined,
  save: () => new Uint8Array(0),
  restore: () => {},
};
