// Ends with: All 6 members hold the same state.
// A Raft cluster in one process, to watch: an election, writes, a leader that is killed, a partition, a snapshot for a
// member that fell behind, and a member that joins. Time is virtual, so each run is the same; `--json` for machines.
import { RaftRun } from '@holdfast/raft/testkit';
import { SimulatedWorld } from '@holdfast/simulation';

const first = ['ada', 'ben', 'cem', 'dot', 'eve'];
const newcomer = 'fay';
const json = process.argv.includes('--json');
/** A person sees it slowed down to a third of real time; nobody waits for a pipe. */
const slowness = process.stdout.isTTY && !json ? 3 : 0;

const world = new SimulatedWorld({ seed: 2_014 });
const run = new RaftRun(world, { name: 'demo', voters: first, spares: [newcomer] });
for (const host of run.memberHosts) world.addHost(host, (context) => run.start(context));

const roles = new Map<string, string>();
world.onEvent = tellChanges;

say('Five members start. Nobody leads, so somebody will ask for votes.');
await until(() => run.leader !== undefined && agreed() === 5);
const killed = leaderName();
await write(10);
say(`${killed} has replicated 10 writes. Now it is killed.`);
world.host(killed).crash();
await until(() => run.leader !== undefined);
await write(5);
const isolated = leaderName();
say(`${isolated} leads instead, and ${killed} comes back as a follower.`);
world.host(killed).start();
await until(() => agreed() === 5);

say(`The network cuts ${isolated} off. It steps down, for it finds no majority; the others elect again.`);
const heals = run.memberHosts.flatMap((other) =>
  other === isolated ? [] : [world.network.cut(isolated, other), world.network.cut(other, isolated)],
);
await until(() => run.leader !== undefined && leaderName() !== isolated);
await write(60);
say(`Meanwhile there were 60 writes, and the log is compacted behind a snapshot. The network heals.`);
for (const heal of heals) heal();
await until(() => agreed() === 5);
say(`${isolated} has caught up: with the snapshot first, and with the entries after it.`);

say(`${newcomer} joins: at first as a learner, which gets the log and does not vote.`);
await change('learner');
await until(() => agreed() === 6);
await change('voter');
await write(5);
await until(() => agreed() === 6);
say('Six members vote now.');
if (!json) for (const line of table()) console.log(line);
world.close();
console.log(json ? '{"text":"All 6 members hold the same state."}' : 'All 6 members hold the same state.');

function leaderName(): string {
  return run.leader!.host;
}

/** How many members have applied all that their leader has committed, to the same state. */
function agreed(): number {
  const leader = run.leader;
  if (leader === undefined) return 0;
  const { commitIndex } = leader.member.raft!;
  const same = [...run.nodes.values()].filter(
    ({ host, member, store }) =>
      run.isRunning(host) &&
      member.raft!.appliedIndex === commitIndex &&
      store.digest === leader.store.digest &&
      member.raft!.leader === leader.member.raft!.id,
  );
  return same.length;
}

/** Has clients write so many keys, and waits for their answers. */
async function write(count: number): Promise<void> {
  let answered = 0;
  for (let value = 1; value <= count; value++) {
    const client = `${leaderName()}/client-${1 + (value % 2)}`;
    run.submit(client, { kind: 'put', key: `key-${value}`, value }, () => answered++);
    await until(() => answered === value);
  }
}

async function change(role: 'learner' | 'voter'): Promise<void> {
  run.leader!.member.proposeMembers({ kind: 'change', members: [{ member: newcomer, role }] });
  await until(() => {
    const { voters, learners } = run.leader!.member.raft!.configuration;
    return (role === 'voter' ? voters : learners).includes(newcomer);
  });
}

/** Lets virtual time pass, millisecond by millisecond. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = world.clock.now() + 30_000_000;
  while (!condition()) {
    if (world.clock.now() > deadline) throw new Error('this takes longer than it ever should');
    world.runForSync('1ms');
    if (slowness > 0) await new Promise((resolve) => setTimeout(resolve, slowness));
  }
}

function tellChanges(): void {
  for (const [host, { member }] of run.nodes) {
    const { raft } = member;
    if (raft === undefined || !run.isRunning(host)) continue;
    const role = member.intake.snapshot === undefined ? raft.role : 'installing a snapshot';
    const now = role === 'follower' ? `follows ${raft.leader ?? 'nobody'}` : role;
    const text = `${now} in term ${raft.term}`;
    if (roles.get(host) === text) continue;
    roles.set(host, text);
    tell(`${host}: ${text}`);
  }
}

function say(text: string): void {
  if (json) console.log(JSON.stringify({ at: world.clock.now(), text }));
  else console.log(`\n${text}`);
}

function tell(text: string): void {
  const at = (world.clock.now() / 1_000_000).toFixed(3);
  console.log(json ? JSON.stringify({ at: world.clock.now(), text }) : `  ${at} s  ${text}`);
}

function* table(): Iterable<string> {
  for (const [host, { member, store }] of run.nodes) {
    const raft = member.raft!;
    const log = `log ${raft.firstIndex} to ${raft.lastIndex}, applied ${raft.appliedIndex}`;
    yield `  ${host}  ${raft.role.padEnd(8)}  ${log}, state ${(store.digest >>> 0).toString(16)}`;
  }
}
