import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runTranscript } from './transcript.ts';

const folder = new URL('./scenarios/', import.meta.url);
/** With RAFT_TRANSCRIPTS=write the transcripts are written anew instead of compared. Read what has changed. */
const writes = process.env['RAFT_TRANSCRIPTS'] === 'write';

test.each(readdirSync(folder).sort())('%s', (name) => {
  const file = new URL(name, folder);
  const written = readFileSync(file, 'utf8');
  const happened = runTranscript(written);
  if (writes) writeFileSync(file, happened);
  else expect(happened).toBe(written);
});
