// Ends with: 60 errors in 2 groups: "order # not found" 50 times
// The error monitor groups errors that are the same trouble, and says when there are too many.
import { ErrorMonitor, ManualWorld } from '@holdfast/core';

const { clock } = new ManualWorld();
const monitor = new ErrorMonitor({ clock, window: '1m', thresholds: [{ name: 'too many', count: 40 }] });
monitor.subscribe((event) => {
  if (event.type === 'group-new') console.log(`new: ${event.group.message}`);
  if (event.type === 'threshold-crossed') console.log(`${event.threshold}: ${event.recent} in a minute`);
});

for (let n = 0; n < 10; n++) monitor.record(new Error('connection lost'));
for (let order = 1_000; order < 1_050; order++) monitor.record(new Error(`order ${order} not found`));

const { count, groups } = monitor.snapshot();
const [latest] = groups;
console.log(`${count} errors in ${groups.length} groups: "${latest?.message}" ${latest?.count} times`);
