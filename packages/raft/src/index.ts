export type { Consensus } from './consensus.ts';
