import { expect, test } from 'vitest';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';

const slab = 64 * 1024;

test.each(['', 'short', 'x'.repeat(200)])('lengths are right wherever in a buffer they lie: %j', (text) => {
  for (let gap = 0; gap < 260; gap++) {
    const writer = new MessageWriter();
    writer.skip(slab - gap);
    writer.finish();
    writer.varint(7);
    for (const guess of [1, 2]) {
      const opened = writer.openLength(guess);
      writer.raw(new TextEncoder().encode(text));
      writer.closeLength(opened, guess);
    }
    const reader = new MessageReader(writer.finish());
    expect(reader.varint32(), `${gap} bytes before the end`).toBe(7);
    expect(reader.text(), `${gap} bytes before the end`).toBe(text);
    expect(reader.text(), `${gap} bytes before the end`).toBe(text);
    expect(reader.position).toBe(reader.end);
  }
});
