import type { StoredState } from '../../log/stored-state.ts';
import type { MemberId } from '../../membership/member-id.ts';
import { memberIdOf } from '../member/member-name.ts';
import type { Beginning } from '../member/raft-member.ts';

interface Life {
  /** How many disks the host has had. */
  number: number;
  /** Whether a member has ever started from this disk. */
  begun: boolean;
}

/** What the operator knows of the hosts' disks: a host that finds nothing on a disk that was in use has lost it. */
export class Lives {
  readonly #firstState: (host: string) => StoredState<string>;
  readonly #joinState: StoredState<string>;
  readonly #lives = new Map<string, Life>();

  constructor(firstState: (host: string) => StoredState<string>, joinState: StoredState<string>) {
    this.#firstState = firstState;
    this.#joinState = joinState;
  }

  /** What a member starts from whose disk is empty. */
  begin(host: string): Beginning {
    const life = this.#lifeOf(host);
    if (life.begun) {
      life.number++;
      life.begun = false;
    }
    const stored = life.number === 1 ? this.#firstState(host) : this.#joinState;
    return { id: memberIdOf(host, life.number), stored };
  }

  started(host: string): void {
    this.#lifeOf(host).begun = true;
  }

  /** Whether the member that lives there has to ask for a place. */
  joins(host: string): boolean {
    return this.#lifeOf(host).number > 1;
  }

  memberOf(host: string): MemberId {
    return memberIdOf(host, this.#lifeOf(host).number);
  }

  #lifeOf(host: string): Life {
    let life = this.#lives.get(host);
    if (life === undefined) {
      life = { number: 1, begun: false };
      this.#lives.set(host, life);
    }
    return life;
  }
}
