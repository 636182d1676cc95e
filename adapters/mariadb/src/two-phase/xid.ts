import { type BranchId, readBranchText } from '@holdfast/transactions';

/** A branch as XA statements name it. In hex: no text of it means anything to SQL. */
export function xid({ transaction, resource }: BranchId): string {
  return `${hex(transaction)},${hex(resource)}`;
}

/** A row of `XA RECOVER`. */
export interface RecoveredXid {
  readonly gtrid_length: number;
  readonly bqual_length: number;
  /** Both, one after the other. */
  readonly data: Uint8Array | string;
}

/** The branch that a row names; undefined when it is not one of a ledger's. */
export function branchOf(row: RecoveredXid): BranchId | undefined {
  const data = Buffer.from(row.data);
  const transaction = data.subarray(0, row.gtrid_length).toString('latin1');
  const resource = data.subarray(row.gtrid_length).toString('latin1');
  return readBranchText(`${transaction}:${resource}`);
}

function hex(text: string): string {
  return `X'${Buffer.from(text, 'latin1').toString('hex')}'`;
}
