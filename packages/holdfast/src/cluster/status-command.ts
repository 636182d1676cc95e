import type { StatusResponse } from '@holdfast/cluster/etcd';
import { type Address, asHoldfastError } from '@holdfast/core';
import type { Asked, ClusterCommand } from './cluster-command.ts';
import { CommandFailed } from './command-failed.ts';
import { idText, membersOf } from './members.ts';
import { textTable } from './text-table.ts';

/** What one endpoint said, or why it did not. */
type Asking =
  | { readonly endpoint: Address; readonly status: StatusResponse }
  | { readonly endpoint: Address; readonly error: string };

export const status: ClusterCommand = {
  usage: '',
  summary: 'how each of the endpoints is',
  takes: [0, 0],
  run: async (asked) => {
    const asking = await askAll(asked);
    const names = await namesOf(asked);
    const silent = asking.filter((each) => 'error' in each).length;
    asked.print(
      asking.map((each) => statusJson(each, names)),
      textTable(
        ['endpoint', 'id', 'name', 'role', 'term', 'applied', 'store', 'in use', 'what is wrong'],
        asking.map((each) => statusRow(each, names)),
      ),
    );
    if (silent > 0) throw new CommandFailed(`${silent} of ${asking.length} endpoints did not answer`);
  },
};

/** Which of the endpoints is the leader's, and who that is. */
export async function leaderEndpoint(
  asked: Asked,
): Promise<{ readonly endpoint: Address; readonly leader: bigint } | undefined> {
  for (const each of await askAll(asked)) {
    if ('error' in each) continue;
    const { header, leader } = each.status;
    if (leader !== 0n && leader === header?.memberId) return { endpoint: each.endpoint, leader };
  }
  return undefined;
}

async function askAll({ client, endpoints }: Asked): Promise<Asking[]> {
  return Promise.all(
    endpoints.map(async (endpoint): Promise<Asking> => {
      try {
        return { endpoint, status: await client().maintenance.status({}, { endpoint }) };
      } catch (error) {
        return { endpoint, error: asHoldfastError(error).message };
      }
    }),
  );
}

/** The names are for show: how the members are is told without them as well. */
async function namesOf({ client }: Asked): Promise<ReadonlyMap<bigint, string>> {
  try {
    return new Map((await membersOf(client())).map(({ id, name }) => [id, name]));
  } catch {
    return new Map();
  }
}

function roleOf({ header, isLearner, leader }: StatusResponse): string {
  if (isLearner) return 'learner';
  return leader === header?.memberId ? 'leader' : 'follower';
}

function statusRow(each: Asking, names: ReadonlyMap<bigint, string>): (string | number)[] {
  const endpoint = textOf(each.endpoint);
  if ('error' in each) return [endpoint, '', '', '', '', '', '', '', each.error];
  const { dbSize, dbSizeInUse, errors, header, raftAppliedIndex, raftTerm } = each.status;
  const id = header?.memberId ?? 0n;
  return [
    endpoint,
    idText(id),
    names.get(id) ?? '',
    roleOf(each.status),
    raftTerm,
    raftAppliedIndex,
    bytesText(dbSize),
    bytesText(dbSizeInUse),
    errors.join('; '),
  ];
}

function statusJson(each: Asking, names: ReadonlyMap<bigint, string>): object {
  const endpoint = textOf(each.endpoint);
  if ('error' in each) return { endpoint, error: each.error };
  const { dbSize, dbSizeInUse, errors, header, leader, raftAppliedIndex, raftIndex, raftTerm, version } =
    each.status;
  const id = header?.memberId ?? 0n;
  return {
    endpoint,
    id: idText(id),
    name: names.get(id) ?? '',
    role: roleOf(each.status),
    leader: leader === 0n ? null : idText(leader),
    clusterId: idText(header?.clusterId ?? 0n),
    version,
    revision: header?.revision ?? 0,
    term: raftTerm,
    index: raftIndex,
    appliedIndex: raftAppliedIndex,
    storeBytes: dbSize,
    storeBytesInUse: dbSizeInUse,
    errors,
  };
}

export function textOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Bytes for people. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
