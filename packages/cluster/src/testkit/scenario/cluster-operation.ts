/** One piece of the work of a run, as data. */
export type ClusterOperation = ClientOperation | Order;

export type ClientOperation =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: number }
  /** Expects the value that the client has seen last. */
  | { readonly kind: 'cas'; readonly key: string; readonly value: number }
  /** Grants a lease of `ttl` seconds, keeps it for so many renewals, and then lets it be, or gives it up. */
  | { readonly kind: 'lease'; readonly id: number; readonly ttl: number; readonly renewals: number }
  /**
   * Stands in the queue of a lock or an election with a lease of its own, holds it for a while, and writes meanwhile what
   * its place in the queue guards. Asks again after `patience`, where that is not 0: mostly another member.
   */
  | {
      readonly kind: 'hold';
      readonly what: 'lock' | 'election';
      readonly name: string;
      /** Seconds. */
      readonly ttl: number;
      readonly for: number;
      readonly patience: number;
    }
  /** Watches the keys that begin with `prefix` from now on, as long as its process lives. */
  | { readonly kind: 'watch'; readonly prefix: string };

/** What the operator does. `for` and all other times are microseconds. */
export type Order =
  | { readonly kind: 'move-leader' }
  | { readonly kind: 'isolate-leader'; readonly for: number }
  /** A follower hears nothing from the leader, which hears it, and needs a snapshot; then the leader changes. */
  | { readonly kind: 'outrun'; readonly host: string; readonly for: number }
  /** Leadership goes to a follower, which hears nothing more of the former leader for a while; or nobody does. */
  | { readonly kind: 'hand-over'; readonly host: string; readonly for: number; readonly isolated: boolean }
  /** Leadership goes away and comes back; what a follower says to that leader meanwhile reaches it late. */
  | { readonly kind: 'come-back'; readonly host: string; readonly for: number }
  /** History is forgotten, but for so many revisions. */
  | { readonly kind: 'compact'; readonly keeping: number }
  /** Its clock runs faster or slower from now on, by parts per million. */
  | { readonly kind: 'drift'; readonly host: string; readonly partsPerMillion: number }
  | { readonly kind: 'restart'; readonly host: string; readonly for: number }
  | { readonly kind: 'stop'; readonly host: string; readonly for: number }
  /** A disk is lost: the member is removed, and another one added on the same host. */
  | { readonly kind: 'lose-disk'; readonly host: string }
  /** Of a host whose member has found its disk damaged, the same. */
  | { readonly kind: 'repair' }
  /** A member is added on a spare host as a learner, promoted, and another one removed. */
  | { readonly kind: 'replace'; readonly host: string; readonly by: string };

export type OrderKind = Order['kind'];
