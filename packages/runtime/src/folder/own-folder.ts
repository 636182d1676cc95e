import { realpath } from 'node:fs/promises';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { invalidArgument, isHoldfastError } from '@holdfast/core';
import { makeFolders } from '../disk/make-folders.ts';
import { Claim, type OwnerAnswer } from './claim.ts';
import { newRank } from './claim-name.ts';
import { folderOwned } from './folder-errors.ts';
import { claimNames, livingRivals, type Rival, removeDeadDrafts } from './rivals.ts';
import { refuseSharedFileSystem } from './shared-file-systems.ts';
import { SocketFolder } from './socket-folder.ts';

export interface OwnFolderOptions {
  /** Answers what other processes ask with `askOwner`. Default: they are told that it answers nothing. */
  readonly answer?: OwnerAnswer | undefined;
  /**
   * Whether to take the folder even where it lies on a network file system. What another machine does there cannot be
   * seen: somebody else has to see to it that no two of them use it. Default false.
   */
  readonly allowShared?: boolean | undefined;
}

/** A folder that is this process's own. */
export interface FolderOwnership {
  readonly path: string;
  /** Lets go of it. */
  release(): Promise<void>;
}

/** Milliseconds between two looks of one who waits for others to step back, and how often it looks. */
const pauseMin = 2;
const pauseMax = 20;
const attemptsMax = 500;

/**
 * Makes a folder this process's own, and the folder itself where there is none. One process of a machine has it at a time,
 * until it lets go or ends, however it ends: nothing that a killed one leaves has to be removed by hand.
 *
 * **How.** An owner listens on a unix socket in the folder. Whether it lives is the kernel's word: connecting is refused
 * once its process is gone, even if that was killed, and is not while it is merely stopped or busy. A path leads to the same
 * socket from every container and namespace that sees the folder, whatever its network, its pids and its boot id say.
 *
 * **Why two who start at once never both get it.** Each lays a claim first: a socket that listens already gets a name that
 * was never used before. Only then does it list the claims, and it owns the folder only if all others in that list are
 * dead. Of two who live, one began its list later: by then the other's claim was there, so it saw it, alive. A claim found
 * dead never comes to life again under that name, so to remove it harms nobody. This is Lamport's bakery without numbers.
 * To have one win, those who see a contender of smaller rank step back and come again; that one stays and looks again.
 *
 * **What it cannot see:** other machines, by a network file system (those it knows are refused) or a virtual machine that
 * shares the folder; and somebody who removes the socket's file.
 *
 * @throws HoldfastError FOLDER_OWNED with the pid of the owner, FOLDER_SHARED, INVALID_ARGUMENT.
 */
export async function ownFolder(
  path: string,
  { answer, allowShared = false }: OwnFolderOptions = {},
): Promise<FolderOwnership> {
  const real = await makeFolder(path);
  if (!allowShared) await refuseSharedFileSystem(real);
  const folder = await SocketFolder.open(real);
  try {
    const claim = await contend(folder);
    claim.answer = answer;
    return {
      path: real,
      release: async () => {
        await claim.withdraw();
        await folder.close();
      },
    };
  } catch (error) {
    await folder.close();
    throw unusable(path, error);
  }
}

/** Makes the folder where there is none. Its path without links. */
async function makeFolder(path: string): Promise<string> {
  try {
    await makeFolders(path);
    return await realpath(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** What the system says of a path that no second try makes usable. */
const unusableCodes: ReadonlySet<string> = new Set([
  ...['ENOENT', 'EEXIST', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'],
  ...['EACCES', 'EPERM', 'EROFS'],
]);

function unusable(path: string, error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (isHoldfastError(error) || !unusableCodes.has(code)) return error;
  return invalidArgument('path', path, `a folder that this process may make and write in: ${message}`);
}

/** Lays claims until one is the owner's. */
async function contend(folder: SocketFolder): Promise<Claim> {
  const rank = newRank();
  let rivals: readonly Rival[] = [];
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    rivals = await livingRivals(folder, await claimNames(folder));
    const owner = rivals.find(({ role }) => role === 'owner');
    if (owner !== undefined) throw folderOwned(folder.path, owner.claim.pid);
    if (!rivals.some(({ claim }) => claim.rank < rank)) {
      const claim = await Claim.lay(folder, rank, attempt);
      if (claim !== undefined && (await prevails(folder, claim))) {
        await removeDeadDrafts(folder);
        return claim;
      }
      await claim?.withdraw();
    }
    await sleepFor(pauseMin + Math.random() * (pauseMax - pauseMin));
  }
  throw folderOwned(folder.path, rivals[0]?.claim.pid ?? 0);
}

/** Whether `claim` becomes the owner's: all others are gone. It waits for contenders of greater rank to step back. */
async function prevails(folder: SocketFolder, claim: Claim): Promise<boolean> {
  for (let look = 0; look < attemptsMax; look++) {
    const names = await claimNames(folder);
    // Somebody has removed it: others do not see it any more.
    if (!names.some(({ name }) => name === claim.name.name)) return false;
    const others = names.filter(({ name }) => name !== claim.name.name);
    const rivals = await livingRivals(folder, others);
    if (rivals.length === 0) {
      claim.owner = true;
      return true;
    }
    if (rivals.some((rival) => rival.role === 'owner' || rival.claim.rank < claim.name.rank)) return false;
    await sleepFor(pauseMin);
  }
  return false;
}
