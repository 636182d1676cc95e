import { invalidArgument } from '@holdfast/core';

/**
 * One resource's part in one transaction. Both texts are printable ASCII without spaces; together they are the branch's
 * name outside: the gid of PostgreSQL is `<transaction>:<resource>`, the xid of MariaDB has `transaction` as its gtrid
 * and `resource` as its bqual (64 bytes each, at most).
 */
export interface BranchId {
  /** `hf:<ledger id>:<epoch, base 36>:<run id>`: see {@link transactionName}. */
  readonly transaction: string;
  readonly resource: string;
}

/** What a transaction's name says. */
export interface TransactionName {
  readonly ledgerId: string;
  /** Of the worker that began the branches. */
  readonly epoch: number;
  readonly runId: string;
}

const runIdCharactersMax = 40;
const runIdPattern = /^[\x21-\x7e]{1,40}$/;
const resourcePattern = /^[A-Za-z0-9._-]{1,40}$/;
const namePattern = /^hf:([a-z0-9]{8}):([0-9a-z]{1,11}):([\x21-\x7e]{1,40})$/;

/** Begins the names of all transactions of a ledger, and of no others. */
export function transactionPrefix(ledgerId: string): string {
  return `hf:${ledgerId}:`;
}

/** At most 64 bytes, up to an epoch of 78,000 million. */
export function transactionName({ ledgerId, epoch, runId }: TransactionName): string {
  return `${transactionPrefix(ledgerId)}${epoch.toString(36)}:${runId}`;
}

/** What `transaction` says; undefined when it is not one of a ledger's. */
export function readTransactionName(transaction: string): TransactionName | undefined {
  const match = namePattern.exec(transaction);
  if (match === null) return undefined;
  return { ledgerId: match[1]!, epoch: Number.parseInt(match[2]!, 36), runId: match[3]! };
}

/**
 * As one text: `<transaction>:<resource>`. A resource's name has no colon in it.
 */
export function branchText({ transaction, resource }: BranchId): string {
  return `${transaction}:${resource}`;
}

/** The branch that {@link branchText} made `text` of; undefined when it is not one of a ledger's. */
export function readBranchText(text: string): BranchId | undefined {
  const colon = text.lastIndexOf(':');
  const transaction = text.slice(0, Math.max(colon, 0));
  const resource = text.slice(colon + 1);
  if (readTransactionName(transaction) === undefined || !resourcePattern.test(resource)) return undefined;
  return { transaction, resource };
}

/** @throws HoldfastError INVALID_ARGUMENT unless a branch can be named after the run. */
export function checkRunId(id: string): void {
  if (!runIdPattern.test(id)) {
    throw invalidArgument('id', id, `1 to ${runIdCharactersMax} printable ASCII characters without spaces`);
  }
}

/** @throws HoldfastError INVALID_ARGUMENT unless a branch can be named after the resource. */
export function checkResourceName(name: string, field = 'name'): void {
  if (typeof name !== 'string' || !resourcePattern.test(name)) {
    throw invalidArgument(field, name, '1 to 40 of the characters A-Z, a-z, 0-9, ".", "_" and "-"');
  }
}
