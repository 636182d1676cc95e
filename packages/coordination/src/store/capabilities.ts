/** What an engine of a coordination store really keeps. Each scale names the best first. */
export interface Capabilities {
  /** The engine's name, for messages. */
  readonly engine: string;
  /** Whether a read sees everything acknowledged before: always, on the primary only, or never for certain. */
  readonly linearizableReads: 'yes' | 'primary' | 'no';
  /** Whether transactions may touch several keys. */
  readonly transactions: 'any-keys' | 'same-slot' | 'no';
  /** Whether revisions grow over the whole store, so that one serves as a fencing token. `lost-on-failover`: may fall. */
  readonly revisions: 'yes' | 'lost-on-failover' | 'no';
  /** Whether keys go with a lease of its own length each, with the client's one session, or never. */
  readonly leases: 'yes' | 'session' | 'no';
  /** Whether a watch sees every change in order and says so when it cannot, only the newest state, or may miss changes. */
  readonly watches: 'complete' | 'may-coalesce' | 'hint' | 'no';
  /** What it is fit for: correctness across machines, efficiency only, or tests and single processes. */
  readonly grade: 'correctness' | 'efficiency' | 'one-process';
  /** Operations that one branch of a transaction may have, and comparisons. */
  readonly transactionOperationsMax: number;
  /** Bytes of one request, keys and values together. */
  readonly requestBytesMax: number;
}
