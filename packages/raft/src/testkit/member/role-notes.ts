import type { HostContext } from '@holdfast/simulation';
import type { Raft } from '../../raft.ts';

/** Tells the trace when a member changes its role or its term, for a person who reads it. */
export class RoleNotes {
  readonly #context: HostContext;
  #role = '';
  #term = -1;

  constructor(context: HostContext) {
    this.#context = context;
  }

  /** To be called when the member has done all that there was to do. */
  tell({ role, term, leader }: Raft<string>): void {
    if (role === this.#role && term === this.#term) return;
    this.#role = role;
    this.#term = term;
    this.#context.note(() => `${role} in term ${term}`, { role, term, leader: leader ?? null });
  }
}
