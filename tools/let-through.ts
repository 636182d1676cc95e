import { chmodSync, statSync } from 'node:fs';

/** Lets other users through `folder`, so that a server's own user reaches what is in it; they still see nothing of it. */
export function letThrough(folder: string): void {
  const { mode } = statSync(folder);
  if ((mode & 0o011) !== 0o011) chmodSync(folder, (mode & 0o7777) | 0o011);
}
