import { SimulatedWorld } from '@holdfast/simulation';
import { describe, test } from 'vitest';
import { consensusConformance } from './conformance/consensus-conformance.ts';
import { raftProtocol } from './raft-protocol.ts';

describe('Raft', () => {
  describe.each(consensusConformance)('$name', ({ run }) => {
    test.each([1, 2, 3])('seed %i', (seed) => {
      run(raftProtocol, new SimulatedWorld({ seed, shuffleTies: true }));
    });
  });
});
