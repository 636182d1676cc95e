export const superblockPath = 'superblock';
/** Where the first superblock is written before it gets its name. */
export const superblockDraftPath = 'superblock.new';

const logPrefix = 'log-';

export function logPath(generation: number): string {
  return `${logPrefix}${String(generation).padStart(8, '0')}`;
}

export function isLog(name: string): boolean {
  return name.startsWith(logPrefix);
}
