import type { KeyRange } from './granted-ranges.ts';

/** A user, never changed: a change makes another. */
export interface User {
  readonly name: string;
  /** As `PasswordHashing` wrote it; empty for a user without a password, who comes by certificate only. */
  readonly passwordHash: string;
  readonly noPassword: boolean;
  /** In the order of their bytes. */
  readonly roles: readonly string[];
  /** The auth revision that made the user or last changed the password. Tokens from before are void. */
  readonly credentialsRevision: number;
}

/** A role, never changed: a change makes another. */
export interface Role {
  readonly name: string;
  /** By key; those of one key in the order in which they were granted. */
  readonly permissions: readonly Permission[];
}

export interface Permission extends KeyRange {
  /** One of etcd's `PermissionType`. Another one is kept, and allows nothing. */
  readonly type: number;
}

/** The user who owns the cluster, and the role that may do everything: authentication cannot be on without them. */
export const rootUser = 'root';
export const rootRole = 'root';

/** The order in which etcd keeps and lists names: that of their bytes, which is not that of JavaScript strings. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
