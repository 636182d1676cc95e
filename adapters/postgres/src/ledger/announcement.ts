/** What the tables of a ledger announce. */
export interface Announcement {
  readonly kind: 'message' | 'grant' | 'end' | 'work';
  /** Of the run; '' for work. */
  readonly id: string;
}

const kinds: Readonly<Record<string, Announcement['kind']>> = {
  m: 'message',
  g: 'grant',
  e: 'end',
  w: 'work',
};

/** Undefined for what a newer version may announce. */
export function readAnnouncement(payload: string): Announcement | undefined {
  const kind = kinds[payload.charAt(0)];
  return kind && { kind, id: payload.slice(2) };
}
