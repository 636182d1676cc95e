import { setImmediate } from 'node:timers/promises';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { ByteWriter } from './byte-writer.ts';
import { type ExpositionFormat, textFormat } from './exposition-format.ts';
import { writeFamily } from './write-family.ts';

/** Bytes after which the event loop gets its turn: well below a millisecond of work. */
const pieceBytes = 65_536;

/** All metrics as one text, at once: for few of them, and tests. */
export function writeExposition(registry: MetricRegistry, format: ExpositionFormat = textFormat): string {
  return Buffer.concat([...pieces(registry, format)]).toString();
}

/**
 * All metrics as UTF-8 in pieces of about 64 KiB. Between two pieces the event loop gets its turn, and a reader that is slow
 * to ask for more is waited for. Each series is read when its piece is made.
 */
export async function* streamExposition(
  registry: MetricRegistry,
  format: ExpositionFormat = textFormat,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces(registry, format)) {
    yield piece;
    await setImmediate();
  }
}

function* pieces(registry: MetricRegistry, format: ExpositionFormat): Generator<Uint8Array> {
  // Room for the series that fills a piece up.
  const out = new ByteWriter(pieceBytes + pieceBytes / 8);
  for (const family of registry.families()) {
    for (const _ of writeFamily(out, family, format)) {
      if (out.length >= pieceBytes) yield out.take();
    }
  }
  if (format.syntax === 'openmetrics') out.text('# EOF\n');
  if (out.length > 0) yield out.take();
}
