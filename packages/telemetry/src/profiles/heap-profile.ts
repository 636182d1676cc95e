import type { AdminProfile } from '../admin/admin-api.ts';
import { type CallFrame, ProfileTree } from './profile-tree.ts';
import { lookFor, withInspector } from './profiled-thread.ts';

interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** Bytes between two samples, on average. */
const samplingInterval = 32_768;

/**
 * Where this thread allocated on the heap of JavaScript while it was looked at, whether that has been collected since or not:
 * an estimate by samples, one for each 32 KiB.
 */
export function takeHeapProfile(duration: number, signal: AbortSignal): Promise<AdminProfile> {
  return withInspector(async (inspector) => {
    const startedAt = Date.now();
    const began = performance.now();
    await inspector.post('HeapProfiler.enable');
    await inspector.post('HeapProfiler.startSampling', {
      samplingInterval,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await lookFor(duration, signal);
    const { profile } = await inspector.post<{ profile: { readonly head: HeapNode } }>(
      'HeapProfiler.stopSampling',
    );
    return treeOf(profile.head).toProfile({
      kind: 'heap',
      unit: 'bytes',
      startedAt,
      duration: performance.now() - began,
    });
  });
}

function treeOf(root: HeapNode): ProfileTree {
  const tree = new ProfileTree();
  const waiting = root.children.map((node) => ({ node, parent: -1 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const number = tree.add(next.parent, next.node.callFrame);
    tree.spend(number, next.node.selfSize);
    for (const node of next.node.children) waiting.push({ node, parent: number });
  }
  return tree;
}
