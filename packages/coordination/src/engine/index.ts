export {
  checkDelete,
  checkDeletePrefix,
  checkGet,
  checkPut,
  checkRange,
  checkTransaction,
  checkTtl,
  checkWatch,
} from './check-input.ts';
export { checkClockDrift, HeldLease, type HeldLeaseOptions, type LeaseKeeping } from './held-lease.ts';
export { compareBytes, compareKeys } from './key-order.ts';
export { OpenWatch, type WatchSource } from './open-watch.ts';
