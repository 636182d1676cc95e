import { spawnSync } from 'node:child_process';

/** The Node that published figures are taken on: the newest versions of several peers need 22 or newer. */
export const referenceNode = 24;

export const nodeMajor: number = Number.parseInt(process.versions.node, 10);

/** Node 20 needs a loader for TypeScript, newer ones strip the types themselves. */
export const typescriptLoader: readonly string[] = nodeMajor >= 23 ? [] : ['--import', 'tsx'];

/**
 * Runs `script` again on the reference Node, fetched through npm, and ends this process with its exit code.
 * Does nothing when this Node is new enough or `--node=current` asks to stay.
 */
export function moveToReferenceNode(script: string, parameters: readonly string[]): void {
  if (nodeMajor >= referenceNode || parameters.includes('--node=current')) return;
  const { status } = spawnSync(
    'npx',
    ['-y', '-p', `node@${referenceNode}`, 'node', script, ...parameters, '--node=current'],
    { stdio: 'inherit' },
  );
  process.exit(status ?? 1);
}
