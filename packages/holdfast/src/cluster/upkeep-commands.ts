import { AlarmAction, AlarmType } from '@holdfast/cluster/etcd';
import { UsageError } from '../usage-error.ts';
import type { Asked, ClusterCommand } from './cluster-command.ts';
import { idText } from './members.ts';
import { textOf } from './status-command.ts';
import { textTable } from './text-table.ts';

const alarmNames: Readonly<Record<number, string>> = {
  [AlarmType.NOSPACE]: 'NOSPACE',
  [AlarmType.CORRUPT]: 'CORRUPT',
};

export const alarm: ClusterCommand = {
  usage: '[list | disarm]',
  summary: 'the alarms that are raised, or an end to them once their cause is gone',
  takes: [0, 1],
  run: async (asked) => {
    const [what = 'list'] = asked.arguments;
    if (what === 'list') await printAlarms(asked, AlarmAction.GET);
    else if (what === 'disarm') await disarm(asked);
    else throw new UsageError(`alarm takes list or disarm, not ${what}`);
  },
};

async function disarm(asked: Asked): Promise<void> {
  const { maintenance } = asked.client();
  const { alarms } = await maintenance.alarm({ action: AlarmAction.GET });
  for (const { alarm: type, memberId } of alarms) {
    await maintenance.alarm({ action: AlarmAction.DEACTIVATE, alarm: type, memberId });
  }
  asked.print({ disarmed: alarms.length }, [
    alarms.length === 0 ? 'there was no alarm' : `${alarms.length} disarmed`,
  ]);
}

async function printAlarms({ client, print }: Asked, action: number): Promise<void> {
  const { alarms } = await client().maintenance.alarm({ action });
  const named = alarms.map(({ alarm: type, memberId }) => ({
    member: idText(memberId),
    alarm: alarmNames[type] ?? `${type}`,
  }));
  const rows = named.map(({ alarm: name, member }) => [member, name]);
  print(named, named.length === 0 ? ['no alarm is raised'] : textTable(['member', 'alarm'], rows));
}

export const compact: ClusterCommand = {
  usage: '<revision>',
  summary: 'forget the history before a revision',
  takes: [1, 1],
  run: async ({ arguments: [text], client, print }) => {
    const revision = Number(text);
    if (!/^\d+$/.test(text!) || !Number.isSafeInteger(revision)) {
      throw new UsageError(`compact takes a revision, a whole number, not ${text}`);
    }
    await client().kv.compact({ revision, physical: true });
    print({ revision }, [`what was before revision ${revision} is forgotten`]);
  },
};

export const defrag: ClusterCommand = {
  usage: '',
  summary: 'for scripts that expect it: what is forgotten is freed as we go',
  takes: [0, 0],
  run: async ({ client, endpoints, print }) => {
    for (const endpoint of endpoints) await client().maintenance.defragment({}, { endpoint });
    print(endpoints.map(textOf), [`${endpoints.map(textOf).join(', ')}: nothing to do`]);
  },
};
