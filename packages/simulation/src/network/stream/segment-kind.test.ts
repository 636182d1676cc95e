import { expect, test } from 'vitest';
import { nothing, resetSegment, type Segment } from './segment.ts';
import { segmentKind } from './segment-kind.ts';

const segment = (change: Partial<Segment>): Segment => ({
  kind: 'stream',
  from: 1,
  to: 2,
  acknowledged: 1,
  windowEnd: 65_537,
  ...nothing,
  ...change,
});
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['open', segment({ opens: true, acknowledged: 0 })],
  ['accept', segment({ opens: true })],
  ['acknowledge', segment({})],
  ['probe', segment({ probe: true })],
  ['close', segment({ ends: true })],
  ['refused', resetSegment('refused', 1, 2)],
  ['POST /orders', segment({ bytes: bytes('POST /orders?now=1 HTTP/1.1\r\nhost: shop\r\n\r\n') })],
  ['HTTP 503', segment({ bytes: bytes('HTTP/1.1 503 Service Unavailable\r\n\r\n'), ends: true })],
  ['data', segment({ bytes: Uint8Array.of(0, 255, 3) })],
  ['data', segment({ bytes: bytes('ST /orders HTTP/1.1\r\nhost: shop\r\n\r\n') })],
])('%s', (kind, of) => {
  expect(segmentKind(of)).toBe(kind);
});
