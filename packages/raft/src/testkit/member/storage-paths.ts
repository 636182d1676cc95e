const logPrefix = 'log-';
const snapshotPrefix = 'snapshot-';

export function logPath(generation: number): string {
  return `${logPrefix}${String(generation).padStart(8, '0')}`;
}

export function snapshotPath(id: string): string {
  return `${snapshotPrefix}${id}`;
}

/** The generation of the log in this file; undefined when it is none. */
export function generationOf(name: string): number | undefined {
  return name.startsWith(logPrefix) ? Number(name.slice(logPrefix.length)) : undefined;
}

export function isSnapshot(name: string): boolean {
  return name.startsWith(snapshotPrefix);
}
