import { randomBytes } from 'node:crypto';

/** The name of an owner's socket, or of one that wants to be: which process it is, and who comes first of several. */
export interface ClaimName {
  readonly name: string;
  /** As its own pid namespace numbers it. */
  readonly pid: number;
  /** Of several who want a folder at once, the one with the smallest gets it. */
  readonly rank: string;
}

const pattern: RegExp = /^owner-(\d+)-([0-9a-f]{16})-\d+$/;

const draftPrefix = 'new-';

/** A name that was never used before: whoever found a claim of some name dead may remove it at any time. */
export function newClaimName(rank: string, attempt: number): ClaimName {
  return { name: `owner-${process.pid}-${rank}-${attempt}`, pid: process.pid, rank };
}

/** What the socket of `claim` is called until it listens. */
export function draftName({ name }: ClaimName): string {
  return `${draftPrefix}${name}`;
}

export function isDraftName(name: string): boolean {
  return name.startsWith(draftPrefix) && pattern.test(name.slice(draftPrefix.length));
}

export function newRank(): string {
  return randomBytes(8).toString('hex');
}

export function parseClaimName(name: string): ClaimName | undefined {
  const [, pid, rank] = pattern.exec(name) ?? [];
  return pid === undefined || rank === undefined ? undefined : { name, pid: Number(pid), rank };
}
