/** A member's id as it is written everywhere but in messages: 16 hexadecimal digits. */
export function hexId(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0');
}
