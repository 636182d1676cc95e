import { type Duration, sleep, type WaitOptions } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ManualNetwork } from '../../test/manual-network.ts';
import type { NetworkConditions } from '../plan/fault-plan.ts';
import { networkContract } from './contract/network-contract.ts';

const conditions: Readonly<Record<string, NetworkConditions>> = {
  calm: {},
  lossy: { loss: 0.05, duplication: 0.05, reordering: 0.05, holdBack: '20ms' },
  slow: { latency: { min: '1ms', max: '8ms', distribution: 'heavy-tailed' } },
};

describe.each(Object.entries(conditions))('the simulated network, %s', (_name, condition) => {
  test.each(networkContract.map(({ name, run }) => [name, run] as const))(
    '%s',
    async (name, run) => {
      const manual = new ManualNetwork(name);
      manual.model.setConditions(condition);
      const { world } = manual;
      const pair = {
        left: manual.start('left').network,
        leftHost: 'left',
        right: manual.start('right').network,
        rightHost: 'right',
        sleep: (duration: Duration, options?: WaitOptions) => sleep(duration, { world, ...options }),
        held: () => world.pendingTimers,
      };
      await manual.drive(run(pair));
      await world.advance('30s');
      expect(world.pendingTimers).toBe(0);
    },
    30_000,
  );
});
