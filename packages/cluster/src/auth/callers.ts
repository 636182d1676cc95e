import { EtcdError, etcdRefusals } from '../etcd/index.ts';
import type { Call } from '../services/call.ts';
import type { CallerIdentity } from '../services/caller-identity.ts';
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
export class Callers implements CallerIdentity {
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

  /**
   * Who calls, for what is open to every user but not to nobody: leases (LeaseGrant, LeaseRevoke, LeaseTimeToLive), the list
   * of members, reading alarms.
   *
   * @throws EtcdError also for nobody, while authentication is on.
   */
  async identifyNamed(call: Call): Promise<CommandAuth | undefined> {
    const auth = await this.identify(call);
    if (auth === undefined && this.#usersAndRoles.enabled) throw new EtcdError(etcdRefusals.userEmpty);
    return auth;
  }

  /**
   * Who calls, for what takes the root role: users and roles, Compact, members, alarms, and all of Maintenance. What this
   * member knows may be old, so that it refuses only what is refused still once it has caught up.
   *
   * @throws EtcdError also for who has not the root role, while authentication is on.
   */
  async identifyRoot(call: Call): Promise<CommandAuth | undefined> {
    const auth = await this.identify(call);
    if (this.#usersAndRoles.permitsAll(auth) === undefined) return auth;
    await this.#options.readBarrier(call.signal);
    const refusal = this.#usersAndRoles.permitsAll(auth);
    if (refusal !== undefined) throw new EtcdError(refusal);
    return auth;
  }

  async #identifyLater(call: Call): Promise<CommandAuth | undefined> {
    await this.#options.readBarrier(call.signal);
    return this.#known(call) ?? this.#unknown();
  }

  /**
   * The call with which the member calls its own services for this caller: it is known by name from here on, however long
   * that takes, and its token may run out meanwhile.
   */
  async onBehalf(call: Call): Promise<Call> {
    const auth = await this.identify(call);
    const { signal, requiresLeader } = call;
    const unnamed = { token: undefined, certificateName: undefined, session: undefined };
    return { ...unnamed, user: auth?.user, signal, requiresLeader };
  }

  #known({ user, token, certificateName }: Call): CommandAuth | undefined {
    const { enabled, revision } = this.#usersAndRoles;
    if (!enabled) return undefined;
    const byCertificate = this.#options.byCertificate ? certificateName : undefined;
    const name = user ?? (token === undefined ? byCertificate : this.#tokens.userOf(token));
    return name === undefined ? undefined : { user: name, revision };
  }

  /** What becomes of a token that says nothing. */
  #unknown(): undefined {
    if (this.#usersAndRoles.enabled) throw new EtcdError(etcdRefusals.invalidAuthToken);
  }
}
