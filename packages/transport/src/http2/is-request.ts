import type { HeaderField } from './hpack/static-table.ts';

/** What a request must say of itself, and what it must not (section 8.3.1). */
export function isRequest(headers: readonly HeaderField[]): boolean {
  let method = 0;
  let path = 0;
  let scheme = 0;
  let regular = false;
  for (const [name] of headers) {
    if (name.charCodeAt(0) !== 58) {
      if (name === '' || name === 'connection' || name === 'transfer-encoding' || /[A-Z]/.test(name))
        return false;
      regular = true;
      continue;
    }
    if (regular) return false;
    if (name === ':method') method++;
    else if (name === ':path') path++;
    else if (name === ':scheme') scheme++;
    else if (name !== ':authority') return false;
  }
  return method === 1 && path === 1 && scheme === 1;
}
