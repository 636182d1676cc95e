import type { World } from '@holdfast/core';
import type { EngineHost, JoinOptions, LedgerEngine, LedgerMemory, LedgerSession } from '../../src/index.ts';
import { memoryEngine } from '../../src/index.ts';
import type { Life } from './life.ts';

/** A ledger's engine in memory whose worker may end before and after everything that it writes. */
export function crashingEngine(life: Life, memory: LedgerMemory, world: World): LedgerEngine {
  const engine = memoryEngine({ memory, world, lease: '30d' });
  return {
    ...engine,
    async join(host: EngineHost, options: JoinOptions): Promise<LedgerSession> {
      return life.guard(await engine.join(host, options), 'create', 'append');
    },
  };
}
