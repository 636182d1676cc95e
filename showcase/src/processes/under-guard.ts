import { Guarded } from './guarded.ts';

/** Runs `job`, which resolves to an exit code, with a guard that clears everything away however it ends, also when it is interrupted. */
export async function underGuard(job: (guarded: Guarded) => Promise<number>): Promise<number> {
  const guarded = await Guarded.open();
  const interrupted = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
    process.once('SIGHUP', () => resolve(129));
  });
  try {
    return await Promise.race([job(guarded), interrupted]);
  } finally {
    await guarded.release();
  }
}
