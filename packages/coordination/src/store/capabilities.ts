/** What an engine of a coordination store really keeps. */
export interface Capabilities {
  /** The engine's name, for messages. */
  readonly engine: string;
  /** Whether a read sees everything acknowledged before: always, within one process, on the primary only, or never. */
  readonly linearizableReads: 'yes' | 'one-process' | 'primary' | 'no';
  /** Whether transactions may touch several keys. */
  readonly transactions: 'any-keys' | 'same-slot' | 'no';
  /** Whether revisions grow over the whole store, so that one serves as a fencing token. `lost-on-failover`: may fall. */
  readonly revisions: 'yes' | 'lost-on-failover' | 'no';
  readonly leases: 'yes' | 'session' | 'no';
  /** Whether a watch sees every change in order and resumes without a gap, says so when it cannot, or may miss some. */
  readonly watches: 'complete' | 'may-coalesce' | 'hint' | 'no';
  /** What it is fit for: correctness across machines, efficiency only, or tests and single processes. */
  readonly grade: 'correctness' | 'efficiency' | 'one-process';
}
