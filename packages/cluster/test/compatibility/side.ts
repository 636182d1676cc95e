import { passwords, type Step } from './random-requests.ts';
import type { CallName, RawClient } from './raw-client.ts';

/** One of the two that are compared: what was said to it, and what it is to be asked about. */
export class Side {
  readonly #client: RawClient;
  readonly #tokens = new Map<string, string>();
  #start = 0;

  constructor(client: RawClient) {
    this.#client = client;
  }

  /** Leaves nothing of an earlier case but the revision. */
  async begin(): Promise<void> {
    await this.#disableAuth();
    this.#tokens.clear();
    const { users } = await this.#client.expect('userList');
    for (const name of users) await this.#client.expect('userDelete', { name });
    const { roles } = await this.#client.expect('roleList');
    for (const role of roles) await this.#client.expect('roleDelete', { role });
    const { leases } = await this.#client.expect('leaseLeases');
    for (const { id } of leases) await this.#client.expect('leaseRevoke', { id });
    const everything = { key: Buffer.from('\0'), rangeEnd: Buffer.from('\0') };
    const { header } = await this.#client.expect('deleteRange', everything);
    this.#start = header!.revision;
  }

  /** What the step comes to, as plain data that says nothing of ids, terms, and where the case began. */
  async run({ call, as, fields }: Step): Promise<unknown> {
    const token = as === undefined ? undefined : this.#tokens.get(as);
    const outcome = await this.#client.call(call, this.#resolve(fields) as never, token);
    if ('response' in outcome) this.#learn(call, fields, outcome.response);
    return this.#describe(outcome);
  }

  /** Watches all keys from where the case began. */
  async watch(): Promise<{ readonly count: () => number; readonly end: () => unknown }> {
    const { events, end } = await this.#client.watchAll(this.#start + 1);
    return {
      count: () => events.length,
      end: () => {
        end();
        return this.#describe(events);
      },
    };
  }

  #learn(call: CallName, fields: object, response: object): void {
    if (call === 'authenticate') {
      const { name } = fields as { name: string };
      this.#tokens.set(name, (response as { token: string }).token);
    } else if (call === 'authDisable') {
      this.#tokens.clear();
    }
  }

  async #disableAuth(): Promise<void> {
    for (const password of passwords) {
      const outcome = await this.#client.call('authenticate', { name: 'root', password });
      if ('response' in outcome) await this.#client.expect('authDisable', {}, outcome.response.token);
    }
  }

  /** Fills in the revisions. */
  #resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#resolve(each));
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    if ('sinceStart' in value) return this.#start + (value.sinceStart as number);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#resolve(each)]));
  }

  #describe(value: unknown, name = ''): unknown {
    if (Array.isArray(value)) {
      const described = value.map((each) => this.#describe(each, name));
      // etcd lists leases by when they end, which is a matter of milliseconds.
      return name === 'leases' ? described.sort(byText) : described;
    }
    if (typeof value === 'bigint') return `${value}`;
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    if (typeof value === 'number' && revisions.has(name) && value > 0) return value - this.#start;
    if (typeof value !== 'object' || value === null) return value;
    // The seconds that are left: only whether there are any.
    if ('grantedTtl' in value && 'ttl' in value && 'keys' in value) {
      return { left: Number(value.ttl) > 0, keys: this.#describe(value.keys) };
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([each]) => !own.has(each))
        .map(([each, inner]) => [each, this.#describe(inner, each)]),
    );
  }
}

const revisions: ReadonlySet<string> = new Set([
  'revision',
  'createRevision',
  'modRevision',
  'compactRevision',
  'rev',
]);
/** What two clusters need not have in common. */
const own: ReadonlySet<string> = new Set(['clusterId', 'memberId', 'raftTerm', 'token']);

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
