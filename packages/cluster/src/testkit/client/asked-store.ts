import type { KeyValueInput, KeyValueOutput } from '@holdfast/simulation';

/** What the clients of a run ask, however they reach it. */
export interface AskedStore {
  /** @throws HoldfastError whose `executed` says whether it may have been done. */
  ask(input: KeyValueInput): Promise<KeyValueAnswer>;
}

export interface KeyValueAnswer {
  readonly output: KeyValueOutput;
  /** Of a write. */
  readonly revision: number | undefined;
}
