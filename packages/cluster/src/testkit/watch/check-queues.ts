import type { WrittenRevision } from './written-history.ts';

/** The key that the lock `name` guards: its holder writes {@link guardedValue} there. */
export function guardedKey(name: string): string {
  return `guarded-${name}`;
}

/** What the holder of the place `key`, created at `token`, writes for the `number`th time. */
export function guardedValue(key: string, token: number, number: number): string {
  return `${key} ${token} ${number}`;
}

/**
 * Goes through all that was written, and looks who stood at the front of each queue: what a lock guards is written, and what
 * a leader proclaims is changed, by nobody else. What is wrong, if anything.
 */
export function checkQueues(revisions: readonly WrittenRevision[]): string | undefined {
  /** When each place was taken. */
  const places = new Map<string, number>();
  for (const { revision, changes } of revisions) {
    for (const { key, text } of changes) {
      if (text.startsWith('-')) places.delete(key);
      else if (key.includes('/') && !places.has(key)) places.set(key, revision);
      else {
        const writer = key.includes('/') ? key : writerOf(key, text);
        if (writer === undefined) continue;
        const front = frontOf(writer, places);
        if (front !== writer) {
          return `${text} is written at ${revision} by ${writer}, while ${front ?? 'nobody'} is at the front`;
        }
      }
    }
  }
  return undefined;
}

function writerOf(key: string, text: string): string | undefined {
  return key.startsWith('guarded-') ? text.slice(key.length + 2).split(' ')[0] : undefined;
}

function frontOf(place: string, places: ReadonlyMap<string, number>): string | undefined {
  const prefix = place.slice(0, place.indexOf('/') + 1);
  let front: string | undefined;
  for (const [key, revision] of places) {
    if (key.startsWith(prefix) && revision < (places.get(front ?? '') ?? Number.POSITIVE_INFINITY))
      front = key;
  }
  return front;
}
