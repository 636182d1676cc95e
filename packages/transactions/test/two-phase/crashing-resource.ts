import type { Branch, Resource } from '../../src/index.ts';
import {
  type MemoryConnection,
  MemoryResource,
  type MemoryResourceOptions,
} from '../../src/testkit/index.ts';
import type { Life } from '../crash/life.ts';

/** A client of a resource in memory that may end before and after everything that it asks of it. */
export function crashingResource(life: Life, options: MemoryResourceOptions): Resource<MemoryConnection> {
  const resource = new MemoryResource(options);
  const guarded = life.guard(
    resource as Resource<MemoryConnection>,
    'commit',
    'rollback',
    'recover',
    'settle',
  );
  return new Proxy(guarded, {
    get: (_, name) => {
      if (name === 'begin') {
        return async (...args: Parameters<MemoryResource['begin']>): Promise<Branch<MemoryConnection>> => {
          const branch = await resource.begin(...args);
          await life.cross();
          return life.guard(branch, 'wrote', 'prepare', 'commitOnePhase', 'rollback');
        };
      }
      return Reflect.get(guarded, name, guarded);
    },
  });
}
