// Goal: whenever the process ends, nothing accepted is lost and nothing is invented. Method: a workload with rotation,
// compaction, snapshots and another opening is run once for each of its disk operations, and ends there; what recovers
// from that ends at its own first operation, then at its second, and so on, until one gets through. All of it on a
// simulated disk that loses and tears what is not durable.
import { describe, expect, test } from 'vitest';
import { countChanges, surviveEnd } from './every-crash.ts';

describe.each([512, 4_096] as const)('with sectors of %i bytes', (sectorBytes) => {
  test('a journal survives the end of its process at every change of the disk', async () => {
    const changes = await countChanges(sectorBytes);
    expect(changes).toBeGreaterThan(100);
    for (let run = 0; run < changes; run++) await surviveEnd(1 + (run % changes), run, sectorBytes);
  });
});
