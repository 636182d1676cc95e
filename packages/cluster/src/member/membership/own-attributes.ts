import { sleep, type World } from '@holdfast/core';
import { Member } from '../../etcd/membership.ts';
import { encodeCommand } from '../../state/command.ts';
import type { MemberDirectory } from '../../state/member-directory.ts';
import { numberOf } from './member-id.ts';
import { sameTexts } from './same-texts.ts';

export interface OwnAttributesOptions {
  readonly world: World;
  readonly id: string;
  readonly name: string;
  readonly clientUrls: readonly string[];
  readonly state: { readonly members: MemberDirectory };
  readonly propose: (command: Uint8Array) => Promise<unknown>;
  /** Called when there may be something to say again. */
  readonly touch: () => void;
}

/** Milliseconds until it is tried again. */
const tryAgainAfter = 200;

/** Sees to it that the state says how a member is called, and where its clients find it. */
export class OwnAttributes {
  readonly #options: OwnAttributesOptions;
  readonly #id: bigint;
  /** Where the state has said it already: its directory, and the version of that. */
  #said: MemberDirectory | undefined;
  #saidVersion = -1;
  #underWay = false;
  #stopped = false;

  constructor(options: OwnAttributesOptions) {
    this.#options = options;
    this.#id = numberOf(options.id);
  }

  /** Says it, once the cluster knows of this member, if it is not said already. */
  look(): void {
    if (this.#underWay || this.#stopped) return;
    const { name, clientUrls, state } = this.#options;
    const { members } = state;
    if (members === this.#said && members.version === this.#saidVersion) return;
    const listed = members.get(this.#id);
    if (listed === undefined) return;
    if (listed.name === name && sameTexts(listed.clientUrls, clientUrls)) {
      this.#said = members;
      this.#saidVersion = members.version;
      return;
    }
    this.#underWay = true;
    void this.#say();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #say(): Promise<void> {
    const { name, clientUrls, propose, touch, world } = this.#options;
    try {
      const payload = Member.encode(Member.create({ id: this.#id, name, clientUrls }));
      await propose(encodeCommand({ kind: 'member-attributes', payload }));
    } catch {
      if (!this.#stopped) await sleep(tryAgainAfter, { world });
    }
    this.#underWay = false;
    if (!this.#stopped) touch();
  }
}
