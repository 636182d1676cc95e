import type { Library } from '../../harness/area.ts';
import { awaited, looped } from '../../harness/workload.ts';
import { operation, synchronousOperation } from './operation.ts';

const bareAwait = () => awaited(() => operation());
const bareCall = () => looped(() => synchronousOperation());

export const floor: Library = {
  name: 'floor',
  version: '',
  subjects: {
    chain: bareAwait,
    'chain-heap': bareAwait,
    'chain-signal': bareAwait,
    breaker: bareAwait,
    'breaker-sync': bareCall,
    timeout: bareAwait,
    'retry-decision': bareCall,
    refusal: bareAwait,
    limiter: bareCall,
  },
};
