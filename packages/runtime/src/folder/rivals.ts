import { readdir, unlink } from 'node:fs/promises';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type ClaimName, isDraftName, parseClaimName } from './claim-name.ts';
import { answerBytesMax, reach, readLine, writeLine } from './line-socket.ts';
import type { SocketFolder } from './socket-folder.ts';

/** Somebody else's claim that is alive. */
export interface Rival {
  readonly claim: ClaimName;
  /** `contender`: it says that it has not got the folder yet. Whoever says nothing is taken for the owner. */
  readonly role: 'owner' | 'contender';
}

/** A stopped process accepts connections, and says nothing. */
const patience = 1_000;
/** How often one that hangs up is asked. */
const asksMax = 5;

/** The names of all claims in the folder. */
export async function claimNames({ path }: SocketFolder): Promise<ClaimName[]> {
  return (await readdir(path)).map(parseClaimName).filter((name) => name !== undefined);
}

/** Those of `names` that are alive; the dead ones are removed. */
export async function livingRivals(folder: SocketFolder, names: readonly ClaimName[]): Promise<Rival[]> {
  const rivals: Rival[] = [];
  for (const claim of names) {
    const role = await roleOf(folder, claim);
    if (role === undefined) await unlink(folder.socket(claim.name)).catch(() => {});
    else rivals.push({ claim, role });
  }
  return rivals;
}

/** Removes what was left by those who were killed while they laid a claim. One who lives lays another. */
export async function removeDeadDrafts(folder: SocketFolder): Promise<void> {
  for (const name of (await readdir(folder.path)).filter(isDraftName)) {
    const reached = await reach(folder.socket(name));
    if (reached.kind === 'reached') reached.socket.destroy();
    if (reached.kind === 'dead') await unlink(folder.socket(name)).catch(() => {});
  }
}

/** Undefined when it is dead. */
async function roleOf(folder: SocketFolder, { name }: ClaimName): Promise<Rival['role'] | undefined> {
  for (let ask = 0; ask < asksMax; ask++) {
    const reached = await reach(folder.socket(name));
    if (reached.kind === 'dead') return undefined;
    if (reached.kind === 'unreachable') return 'owner';
    const { socket } = reached;
    writeLine(socket, 'claim');
    const answer = await Promise.race([
      readLine(socket, answerBytesMax),
      sleepFor(patience, 'silent' as const, { ref: false }),
    ]);
    socket.destroy();
    // It hung up: as a rule it withdraws just now, and is dead when asked again.
    if (answer === undefined) continue;
    const contends =
      typeof answer === 'object' && answer !== null && 'owner' in answer && answer['owner'] === false;
    return contends ? 'contender' : 'owner';
  }
  return 'owner';
}
