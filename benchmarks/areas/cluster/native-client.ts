import { type ClusterClient, clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld, type World } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';

/** The machine's clock, timers and randomness, for clients and drivers. */
export const world: World = platformWorld();

const channels = nativeChannels({ ...world, network: nodeNetwork() });

/** Holdfast's own client of these endpoints, with its defaults. */
export function nativeClient(endpoints: readonly string[]): ClusterClient {
  return clusterClient({ endpoints, channels, world });
}

/** What each endpoint says of itself; undefined where it does not answer. */
export interface Standing {
  readonly leads: boolean;
  readonly appliedIndex: number;
  /** Bytes of the stored state. */
  readonly stateBytes: number;
}

/** Which of the endpoints leads, once it and all the others are up and have caught up with it. */
export async function settledLeader(endpoints: readonly string[]): Promise<number> {
  let toReach = 0;
  for (const until = world.clock.now() + settleMax; world.clock.now() < until; await pause(50)) {
    const standings = await Promise.all(endpoints.map(standingOf));
    const leaders = standings.filter((standing) => standing?.leads);
    if (leaders.length !== 1) continue;
    if (toReach === 0) toReach = leaders[0]!.appliedIndex;
    if (standings.every((standing) => standing !== undefined && standing.appliedIndex >= toReach)) {
      return standings.indexOf(leaders[0]);
    }
  }
  throw new Error(`the members at ${endpoints.join(', ')} did not settle in ${settleMax / 1e6} s`);
}

export async function standingOf(endpoint: string): Promise<Standing | undefined> {
  const client = nativeClient([endpoint]);
  try {
    const { leader, header, raftAppliedIndex, dbSize } = await client.maintenance.status();
    const leads = leader !== 0n && leader === header?.memberId;
    return { leads, appliedIndex: raftAppliedIndex, stateBytes: dbSize };
  } catch {
    return undefined;
  } finally {
    await client.close();
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Microseconds. */
const settleMax = 900e6;
