import { expect, test } from 'vitest';
import { CostMeter, type Metered } from './cost.ts';

interface Process extends Metered {
  usage: Metered['usage'];
}

function process(name: string, residentBytes: number, cpuMillis: number, toldBytes: number): Process {
  return { name, usage: { residentBytes, cpuMillis, toldBytes } };
}

test('what was taken is what came on top while it was metered', () => {
  const orders = process('orders', 100, 5_000, 1_000);
  const payments = process('payments', 50, 0, 0);
  const console = process('console', 400, 100, 0);
  const meter = new CostMeter([orders, payments], console);
  orders.usage = { residentBytes: 120, cpuMillis: 8_000, toldBytes: 4_000 };
  payments.usage = { residentBytes: 60, cpuMillis: 1_000, toldBytes: 2_000 };
  console.usage = { residentBytes: 500, cpuMillis: 1_100, toldBytes: 0 };

  const cost = meter.end().per({ orders: 2_000, requests: 10_000 });
  expect(cost).toMatchObject({
    memoryMean: 90,
    memoryLargest: 120,
    cpuPerThousandOrders: 2,
    consoleCpuPerThousandOrders: 0.5,
    consoleMemoryLargest: 500,
    bytesPerRequest: 0.5,
  });
  expect(cost.processes.map(({ name, cpuSeconds }) => [name, cpuSeconds])).toEqual([
    ['orders', 3],
    ['payments', 1],
    ['console', 1],
  ]);
});

test('a process that is dead has no memory, and a shop without orders no cost of one', () => {
  const orders = process('orders', 100, 0, 0);
  const meter = new CostMeter([orders], undefined);
  orders.usage = { residentBytes: 0, cpuMillis: 500, toldBytes: 0 };
  const cost = meter.end().per({ orders: 0, requests: 0 });
  expect(cost.processes[0]).toMatchObject({ memoryMean: 0, cpuSeconds: 0.5 });
  expect(cost).toMatchObject({
    cpuPerThousandOrders: null,
    consoleCpuPerThousandOrders: null,
    bytesPerRequest: 0,
  });
});
