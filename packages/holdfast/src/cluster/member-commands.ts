import type { ClusterClient } from '@holdfast/cluster';
import type { Member } from '@holdfast/cluster/etcd';
import { isHoldfastError } from '@holdfast/core';
import { UsageError } from '../usage-error.ts';
import type { Asked, ClusterCommand } from './cluster-command.ts';
import { idText, memberCalled, membersNow, membersOf } from './members.ts';
import { leaderEndpoint } from './status-command.ts';
import { textTable } from './text-table.ts';

export const memberList: ClusterCommand = {
  usage: '',
  summary: 'the members, and where each is reached',
  takes: [0, 0],
  run: async ({ client, print }) => {
    const members = await membersOf(client());
    print(members.map(memberJson), memberTable(members));
  },
};

export const memberAdd: ClusterCommand = {
  usage: '<name> --peer-urls <urls> [--learner]',
  summary: 'add a member, which is started afterwards; a learner does not vote yet',
  takes: [1, 1],
  options: { 'peer-urls': 'value', learner: 'switch' },
  run: async ({ arguments: [name], client, options, print }) => {
    const peerUrls = urlsOf(options['peer-urls'], '--peer-urls');
    const isLearner = options['learner'] === 'true';
    const { member, members } = await client().cluster.memberAdd({ peerUrls, isLearner });
    const id = idText(member!.id);
    const cluster = members
      .flatMap((each) => each.peerUrls.map((url) => `${each.id === member!.id ? name : each.name}=${url}`))
      .join(',');
    print({ id, name, peerUrls, learner: isLearner, initialCluster: cluster }, [
      `added ${name} (${id}). Start it with an empty folder and:`,
      '',
      `  npx holdfast node --name ${name} \\`,
      `    --initial-advertise-peer-urls ${peerUrls.join(',')} --listen-peer-urls ${peerUrls[0]} \\`,
      `    --initial-cluster-state existing --initial-cluster ${cluster}`,
    ]);
  },
};

export const memberRemove: ClusterCommand = {
  usage: '<name or id>',
  summary: 'remove a member for good: it stops, and its folder is of no more use',
  takes: [1, 1],
  run: async ({ arguments: [text], client, print }) => {
    const member = await memberCalled(client(), text!);
    await removeForGood(client(), member);
    print(memberJson(member), [`removed ${titleOf(member)}`]);
  },
};

export const memberPromote: ClusterCommand = {
  usage: '<name or id>',
  summary: 'let a learner vote, once it has caught up',
  takes: [1, 1],
  run: async ({ arguments: [text], client, print }) => {
    const member = await memberCalled(client(), text!);
    await client().cluster.memberPromote({ id: member.id });
    print(memberJson({ ...member, isLearner: false }), [`${titleOf(member)} votes now`]);
  },
};

export const memberUpdate: ClusterCommand = {
  usage: '<name or id> --peer-urls <urls>',
  summary: 'tell the others where a member is reached now',
  takes: [1, 1],
  options: { 'peer-urls': 'value' },
  run: async ({ arguments: [text], client, options, print }) => {
    const peerUrls = urlsOf(options['peer-urls'], '--peer-urls');
    const member = await memberCalled(client(), text!);
    await client().cluster.memberUpdate({ id: member.id, peerUrls });
    print(memberJson({ ...member, peerUrls }), [
      `${titleOf(member)} is reached at ${peerUrls.join(', ')} now`,
    ]);
  },
};

export const moveLeader: ClusterCommand = {
  usage: '<name or id>',
  summary: 'hand leadership to a member',
  takes: [1, 1],
  run: async (asked) => {
    const { arguments: args, client, print } = asked;
    const target = await memberCalled(client(), args[0]!);
    await moveTo(asked, target);
    print({ leader: idText(target.id) }, [`${titleOf(target)} leads now`]);
  },
};

export const leave: ClusterCommand = {
  usage: '<name or id>',
  summary: 'have a member hand over what it leads, then remove it for good',
  takes: [1, 1],
  run: async (asked) => {
    const { arguments: args, client, print } = asked;
    const member = await memberCalled(client(), args[0]!);
    const found = await leaderEndpoint(asked);
    if (found?.leader === member.id) {
      const others = (await membersNow(client())).filter(
        ({ id, isLearner }) => id !== member.id && !isLearner,
      );
      if (others.length > 0) await moveToAny(asked, others);
    }
    await removeForGood(client(), member);
    print(memberJson(member), [`${titleOf(member)} has left`]);
  },
};

/** A member that is asked to remove itself stops, perhaps before it has answered: then the others say what became of it. */
async function removeForGood(client: ClusterClient, { id }: Member): Promise<void> {
  try {
    await client.cluster.memberRemove({ id });
  } catch (error) {
    if (!isHoldfastError(error) || error.executed !== 'maybe') throw error;
    const members = await membersNow(client).catch(() => undefined);
    if (members === undefined || members.some((member) => member.id === id)) throw error;
  }
}

async function moveToAny(asked: Asked, targets: readonly Member[]): Promise<void> {
  for (const [index, target] of targets.entries()) {
    try {
      await moveTo(asked, target);
      return;
    } catch (error) {
      // It may be down: another one can lead.
      if (index === targets.length - 1 || !isHoldfastError(error)) throw error;
    }
  }
}

/** Only the leader itself hands over. */
async function moveTo(asked: Asked, target: Member): Promise<void> {
  const found = await leaderEndpoint(asked);
  if (found === undefined) {
    throw new UsageError("none of --endpoints is the leader's: name the addresses of all members");
  }
  if (found.leader === target.id) return;
  await asked.client().maintenance.moveLeader({ targetId: target.id }, { endpoint: found.endpoint });
}

function urlsOf(text: string | undefined, option: string): string[] {
  if (text === undefined) throw new UsageError(`${option} is missing`);
  return text.split(',').map((url) => url.trim());
}

function titleOf({ id, name }: Member): string {
  return name === '' ? idText(id) : `${name} (${idText(id)})`;
}

function memberJson({ clientUrls, id, isLearner, name, peerUrls }: Member): object {
  return { id: idText(id), name, started: name !== '', learner: isLearner, peerUrls, clientUrls };
}

function memberTable(members: readonly Member[]): string[] {
  return textTable(
    ['id', 'name', 'votes', 'peers reach it at', 'clients reach it at'],
    members.map(({ clientUrls, id, isLearner, name, peerUrls }) => [
      idText(id),
      name || '(not started)',
      isLearner ? 'no' : 'yes',
      peerUrls.join(','),
      clientUrls.join(','),
    ]),
  );
}
