import type { Applied, EtcdRefusal } from './state-machine.ts';

/** What the state machine needs of users and roles: replicated as part of it, and small enough to be copied whole. */
export interface AuthState {
  /** Applies an `auth` command of the user `auth`; who may do so is its own concern. `revision` is the store's. */
  apply(
    request: Uint8Array,
    index: number,
    revision: number,
    auth: { readonly user: string; readonly revision: number } | undefined,
  ): Applied;
  /**
   * Whether `user` may read or write the keys from `key` to `rangeEnd`, which are as in a RangeRequest (empty: one key;
   * a zero byte: all from `key` on). Undefined if so, or when authentication is off; else the refusal.
   */
  permits(
    user: string | undefined,
    authRevision: number,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    access: 'read' | 'write',
  ): EtcdRefusal | undefined;
  /** Whether `user` may do anything: undefined if so, or when authentication is off; else the refusal. */
  permitsAll(user: string | undefined, authRevision: number): EtcdRefusal | undefined;
  /** The whole of it, the same bytes wherever the same commands were applied. */
  save(): Uint8Array;
  /** Puts what `save` gave, or nothing (empty), in the place of all that it holds. */
  restore(bytes: Uint8Array): void;
}

/** Without users: everything is permitted. */
export const openToAll: AuthState = {
  apply: (_request, _index, revision) => ({
    revision,
    result: { refusal: { code: 12, message: 'etcdserver: authentication is not built in' } },
  }),
  permits: () => undefined,
  permitsAll: () => undefined,
  save: () => new Uint8Array(0),
  restore: () => {},
};
