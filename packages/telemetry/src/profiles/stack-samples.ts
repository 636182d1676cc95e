import { type CallFrame, ProfileTree } from './profile-tree.ts';
import { lookFor, withInspector } from './profiled-thread.ts';

/** A CPU profile as V8 gives it. */
interface RawProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** Microseconds, of V8's clock. */
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  /** From the sample before, or the start. */
  readonly timeDeltas: readonly number[];
}

/** What was on the stack of this thread, time by time, those times left out at which it waited for something to do. */
export interface StackSamples {
  readonly tree: ProfileTree;
  /** By time. */
  readonly samples: readonly StackSample[];
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** From then until then the stack was seen to end in that node of the tree. Microseconds after the start. */
export interface StackSample {
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/** Microseconds between two samples. */
const interval = 1_000;

/** Samples the stack of this thread. `started` is called as the first sample is about to be taken. */
export function sampleStacks(
  duration: number,
  signal: AbortSignal,
  started: () => void,
): Promise<StackSamples> {
  return withInspector(async (inspector) => {
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval });
    const startedAt = Date.now();
    started();
    await inspector.post('Profiler.start');
    await lookFor(duration, signal);
    const { profile } = await inspector.post<{ profile: RawProfile }>('Profiler.stop');
    return { ...readSamples(profile), startedAt, duration: (profile.endTime - profile.startTime) / 1_000 };
  });
}

function readSamples(profile: RawProfile): Pick<StackSamples, 'tree' | 'samples'> {
  const tree = new ProfileTree();
  const numbers = numberNodes(profile, tree);
  const samples: StackSample[] = [];
  let from = 0;
  for (const [index, id] of profile.samples.entries()) {
    from += profile.timeDeltas[index]!;
    const next = profile.timeDeltas[index + 1];
    const to = next === undefined ? profile.endTime - profile.startTime : from + next;
    const node = numbers.get(id);
    if (node !== undefined && to > from) samples.push({ node, from, to });
  }
  return { tree, samples };
}

/** Puts all but the root and what is no work into the tree, callers first. The numbers that they have there, by their ids. */
function numberNodes({ nodes }: RawProfile, tree: ProfileTree): Map<number, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const numbers = new Map<number, number>();
  const waiting = (nodes[0]?.children ?? []).map((id) => ({ id, parent: -1 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { callFrame, children = [] } = byId.get(next.id)!;
    if (callFrame.functionName === '(idle)') continue;
    const number = tree.add(next.parent, callFrame);
    numbers.set(next.id, number);
    for (const id of children) waiting.push({ id, parent: number });
  }
  return numbers;
}
