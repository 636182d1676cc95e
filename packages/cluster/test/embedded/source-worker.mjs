import { register } from 'tsx/esm/api';

register();
await import('../../src/embedded/member-worker.ts');
