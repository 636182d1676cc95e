// Ends with: reports has 7 of 10 places, checkout still got its 3
// One capacity for several callers: what one is guaranteed, no other can take, however slow it is.
import { ManualWorld, sleep } from '@holdfast/core';
import { partition } from '@holdfast/resilience';

const world = new ManualWorld();
const { checkout, reports } = partition(
  10,
  { checkout: { guaranteed: 3 }, reports: { guaranteed: 2, max: 7 } },
  world,
);

const slow = () => sleep('1m', { world });
for (let call = 0; call < 50; call++) void reports.tryExecute(slow);
const taken = reports.inUse;
for (let call = 0; call < 3; call++) void checkout.tryExecute(slow);
console.log(`reports has ${taken} of 10 places, checkout still got its ${checkout.inUse}`);
