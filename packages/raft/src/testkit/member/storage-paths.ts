const snapshotPrefix = 'snapshot-';

export function snapshotPath(id: string): string {
  return `${snapshotPrefix}${id}`;
}

export function isSnapshot(name: string): boolean {
  return name.startsWith(snapshotPrefix);
}
