// Ends with: over HTTP and back: OUT_OF_STOCK, retryable never
// One error class with a catalogue: what happened, whether to try again, and whether it happened at all.
import { defineErrors, fromProblemDetails, toProblemDetails } from '@holdfast/core';

const shopErrors = defineErrors<'OUT_OF_STOCK'>({
  OUT_OF_STOCK: { severity: 'low', category: 'conflict', retryable: 'never', executed: 'no' },
});

const error = shopErrors.create('OUT_OF_STOCK', {
  message: 'only 2 lamps are left, 3 were ordered: order fewer',
  context: { item: 'lamp', left: 2, password: 'hunter2' },
});
console.log(error.code, error.message);
console.log('context:', JSON.stringify(error.context));
const { status, headers, body } = toProblemDetails(error);
console.log(`HTTP ${status} ${headers['content-type']}`);
const received = fromProblemDetails({ status, headers, body });
console.log(`over HTTP and back: ${received.code}, retryable ${received.retryable}`);
