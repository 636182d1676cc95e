import { sleep } from '@holdfast/core';
import { describe, test } from 'vitest';
import { networkContract } from '../src/network/contract/network-contract.ts';
import { LoopbackNetwork } from './loopback-network.ts';

describe('the real network', () => {
  test.each(networkContract.map(({ name, run }) => [name, run] as const))(
    '%s',
    async (_name, run) => {
      const left = new LoopbackNetwork();
      const right = new LoopbackNetwork();
      await run({
        left,
        leftHost: '127.0.0.1',
        right,
        rightHost: '127.0.0.1',
        sleep,
        held: () => left.held + right.held,
      });
    },
    30_000,
  );
});
