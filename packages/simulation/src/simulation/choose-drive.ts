import { canFinishMacrotasks, type Drive, driveByMacrotasks, driveByTicks } from './drive.ts';
import { logOf, trickyPrograms } from './tricky-programs.ts';

/** The ways of letting promises go on between events. `portable` works everywhere. */
export type DriveName = 'fast' | 'portable';

let proof: Promise<boolean> | undefined;

/**
 * The drive of that name. The fast one is given only where it has been proven, once per process, to do what the portable
 * one does: every one of {@link trickyPrograms} took the same course under both. Elsewhere it is the portable one.
 */
export async function chooseDrive(name: DriveName): Promise<Drive> {
  if (name === 'portable' || !canFinishMacrotasks()) return driveByMacrotasks;
  proof ??= isEquivalent(driveByTicks);
  return (await proof) ? driveByTicks : driveByMacrotasks;
}

/** Whether every tricky program takes the course under `drive` that it takes under the portable one. */
export async function isEquivalent(drive: Drive): Promise<boolean> {
  for (const program of trickyPrograms) {
    const expected = await logOf(program, driveByMacrotasks);
    const actual = await logOf(program, drive);
    if (actual.join('\n') !== expected.join('\n')) return false;
  }
  return true;
}
