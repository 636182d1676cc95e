import { EtcdError, etcdRefusals } from '../etcd/index.ts';
import type { Call } from '../services/call.ts';
import type { CommandAuth } from '../state/command.ts';
import type { Tokens } from './tokens.ts';
import type { UsersAndRoles } from './users-and-roles.ts';

export interface CallersOptions {
  /** Whether who shows a certificate but no token is the user whom it names: etcd's `--client-cert-auth`. */
  readonly byCertificate: boolean;
  /** Resolves when this member knows all that was decided before. */
  readonly readBarrier: (signal: AbortSignal) => Promise<void>;
}

/** Finds out at a member's door who calls. */
export class Callers {
  readonly #usersAndRoles: UsersAndRoles;
  readonly #tokens: Tokens;
  readonly #options: CallersOptions;

  constructor(usersAndRoles: UsersAndRoles, tokens: Tokens, options: CallersOptions) {
    this.#usersAndRoles = usersAndRoles;
    this.#tokens = tokens;
    this.#options = options;
  }

  /**
   * Who calls; undefined for nobody, and while authentication is off. A promise only where the token is newer than what
   * this member knows: another one has issued it, and this one has to catch up first.
   *
   * @throws EtcdError for a token that is none: `etcdserver: invalid auth token`.
   */
  identify(call: Call): CommandAuth | undefined | Promise<CommandAuth | undefined> {
    const known = this.#known(call);
    if (known !== undefined || call.token === undefined) return known;
    return this.#tokens.isAhead(call.token) ? this.#identifyLater(call) : this.#unknown();
  }

  async #identifyLater(call: Call): Promise<CommandAuth | undefined> {
    await this.#options.readBarrier(call.signal);
    return this.#known(call) ?? this.#unknown();
  }

  #known({ token, certificateName }: Call): CommandAuth | undefined {
    const { enabled, revision } = this.#usersAndRoles;
    if (!enabled) return undefined;
    const byCertificate = this.#options.byCertificate ? certificateName : undefined;
    const user = token === undefined ? byCertificate : this.#tokens.userOf(token);
    return user === undefined ? undefined : { user, revision };
  }

  /** What becomes of a token that says nothing. */
  #unknown(): undefined {
    if (this.#usersAndRoles.enabled) throw new EtcdError(etcdRefusals.invalidAuthToken);
  }
}
