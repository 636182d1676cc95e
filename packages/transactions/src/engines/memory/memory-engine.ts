import { type Duration, platformWorld, toMicros, toPositiveMicros, type World } from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngine,
  LedgerSession,
  LedgerVisit,
} from '../../ledger/ledger-engine.ts';
import { checkMessagesMax, type MessageOptions } from '../check-messages-max.ts';
import { Retention, type RetentionOptions } from '../retention.ts';
import { LedgerMemory } from './ledger-memory.ts';
import { MemorySession } from './memory-session.ts';
import { MemoryVisit, type MemoryVisitParts } from './memory-visit.ts';

export interface MemoryEngineOptions extends RetentionOptions, MessageOptions {
  /** Default new, and empty. Several workers may share one. */
  readonly memory?: LedgerMemory | undefined;
  /** Default the platform's. Each worker has its own in a simulation. */
  readonly world?: World | undefined;
  /** A worker that is not heard of for so long loses its runs. Default '10s'. */
  readonly lease?: Duration | undefined;
  /**
   * How long a call takes, half of it there and half of it back: so that a simulated crash may come before what is asked
   * for has happened, and after. Default 0, a microtask each.
   */
  readonly latency?: Duration | undefined;
}

/** A ledger in memory: for tests and simulations, and for what need not outlive its process. */
export function memoryEngine(options: MemoryEngineOptions = {}): LedgerEngine {
  const { memory = new LedgerMemory(), world = platformWorld(), lease = '10s', latency = 0 } = options;
  const parts: MemoryVisitParts = {
    state: memory.state,
    world,
    passageMicros: Math.ceil(toMicros(latency, 'latency') / 2),
    messagesMax: checkMessagesMax(options),
    retention: new Retention(options),
  };
  const leaseMicros = toPositiveMicros(lease, 'lease');
  return {
    shared: true,
    join: async (host: EngineHost, joinOptions: JoinOptions): Promise<LedgerSession> =>
      new MemorySession(parts, host, joinOptions, leaseMicros),
    visit: async (): Promise<LedgerVisit> => new MemoryVisit(parts),
  };
}
