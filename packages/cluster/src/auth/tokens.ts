import { createHmac, timingSafeEqual } from 'node:crypto';
import type { User } from './user-and-role.ts';
import type { UsersAndRoles } from './users-and-roles.ts';

/** What a token says of its bearer. Anyone can write it; the signature makes it true. */
interface Claims {
  readonly user: string;
  /** The auth revision at which it was issued. */
  readonly authRevision: number;
  /** Of the user, when it was issued. */
  readonly credentialsRevision: number;
  /** Cluster time, in microseconds. */
  readonly issuedAt: number;
}

/** A token that was found good, and when it was last used here. */
interface SeenToken {
  readonly claims: Claims;
  readonly signature: Buffer;
  usedAt: number;
}

const version = 1;
const headerBytes = 19;
const fiveMinutes = 300_000_000;
const seenMax = 10_000;

/**
 * Tokens that every member accepts. A token is signed (HMAC-SHA-256) with a key that switching authentication on puts
 * into the replicated state, so that any member, also one that has just started, can check it alone: issuing one costs no
 * log entry, and a token outlives leaders and restarts. etcd's simple tokens are replicated instead: each is a write, each
 * member remembers them all, and all are gone with a restart.
 *
 * A token is void five minutes after it was issued, or last used on the member that is asked, as with etcd: for that, a
 * member remembers the tokens it has seen, the least recently used forgotten first. It is void at once when its user is
 * deleted or gets another password, and when authentication is switched off.
 */
export class Tokens {
  readonly #usersAndRoles: UsersAndRoles;
  readonly #clusterTime: () => number;
  readonly #lifetime: number;
  /** By what they say, which is no secret: a search by the signature would take a time that tells of it. */
  readonly #seen = new Map<string, SeenToken>();
  /** What the seen ones were signed with. */
  #key: Uint8Array | undefined;

  /** `clusterTime` and `lifetime` in microseconds; `lifetime` is five minutes unless given. */
  constructor(usersAndRoles: UsersAndRoles, clusterTime: () => number, lifetime: number = fiveMinutes) {
    this.#usersAndRoles = usersAndRoles;
    this.#clusterTime = clusterTime;
    this.#lifetime = lifetime;
  }

  issue(user: User): string {
    const claims = encodeClaims({
      user: user.name,
      authRevision: this.#usersAndRoles.revision,
      credentialsRevision: user.credentialsRevision,
      issuedAt: this.#clusterTime(),
    });
    return `${claims}.${this.#sign(claims).toString('base64url')}`;
  }

  /** The user whose token it is; undefined when it is not, or no longer, a token. */
  userOf(token: string): string | undefined {
    const [claims, signature] = split(token);
    const seen = this.#find(claims, signature);
    if (seen === undefined) return undefined;
    const now = this.#clusterTime();
    const { user, credentialsRevision } = seen.claims;
    this.#seen.delete(claims);
    if (now - seen.usedAt > this.#lifetime) return undefined;
    if (this.#usersAndRoles.user(user)?.credentialsRevision !== credentialsRevision) return undefined;
    seen.usedAt = Math.max(now, seen.usedAt);
    this.#remember(claims, seen);
    return user;
  }

  /**
   * Whether it says to have been issued after what this member knows of users and roles; then it may be good once the
   * member has caught up.
   */
  isAhead(token: string): boolean {
    const claims = decodeClaims(split(token)[0]);
    if (claims === undefined) return false;
    const { enabled, revision } = this.#usersAndRoles;
    // Switching authentication on does not raise the revision, and brings another key.
    return claims.authRevision > revision || (!enabled && claims.authRevision === revision);
  }

  #find(encoded: string, signature: string): SeenToken | undefined {
    const { tokenKey } = this.#usersAndRoles;
    if (this.#key !== tokenKey) {
      this.#seen.clear();
      this.#key = tokenKey;
    }
    const given = Buffer.from(signature, 'base64url');
    const seen = this.#seen.get(encoded);
    if (seen !== undefined) return isSame(given, seen.signature) ? seen : undefined;
    const claims = decodeClaims(encoded);
    if (claims === undefined || !isSame(given, this.#sign(encoded))) return undefined;
    return { claims, signature: given, usedAt: claims.issuedAt };
  }

  /** Makes it the one used last, whether it was there or not. */
  #remember(claims: string, seen: SeenToken): void {
    if (this.#seen.size >= seenMax) {
      for (const leastUsed of this.#seen.keys()) {
        this.#seen.delete(leastUsed);
        break;
      }
    }
    this.#seen.set(claims, seen);
  }

  #sign(claims: string): Buffer {
    return createHmac('sha256', this.#usersAndRoles.tokenKey).update(claims).digest();
  }
}

function split(token: string): [claims: string, signature: string] {
  const dot = token.indexOf('.');
  return dot < 0 ? ['', ''] : [token.slice(0, dot), token.slice(dot + 1)];
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The version, a byte; three integers of 48 bits, the name of the user in UTF-8; all of it in base64url. */
function encodeClaims({ user, authRevision, credentialsRevision, issuedAt }: Claims): string {
  const name = Buffer.from(user);
  const bytes = Buffer.alloc(headerBytes + name.length);
  bytes[0] = version;
  bytes.writeUIntBE(authRevision, 1, 6);
  bytes.writeUIntBE(credentialsRevision, 7, 6);
  bytes.writeUIntBE(issuedAt, 13, 6);
  name.copy(bytes, headerBytes);
  return bytes.toString('base64url');
}

function decodeClaims(encoded: string): Claims | undefined {
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.length < headerBytes || bytes[0] !== version) return undefined;
  return {
    user: bytes.toString('utf8', headerBytes),
    authRevision: bytes.readUIntBE(1, 6),
    credentialsRevision: bytes.readUIntBE(7, 6),
    issuedAt: bytes.readUIntBE(13, 6),
  };
}
