/** What every subject protects: an async function that does nothing, so that only the protection is measured. */
export async function operation(): Promise<number> {
  return 1;
}

export function synchronousOperation(): number {
  return 1;
}
