import { openConsole } from '@holdfast/console';
import { isHoldfastError } from '@holdfast/core';
import type { ConsoleMessage, ConsoleOrder } from './console-process.ts';
import { vitalsEveryMillis } from './messages.ts';
import { onParentGone } from './parent.ts';
import { readUsage } from './usage.ts';

/** The console as a process of the showcase. */
const { dataDir, port, token, adminToken } = JSON.parse(process.argv[2]!) as ConsoleOrder;

process.on('SIGINT', () => {});
onParentGone(() => process.exit(0));

const options = { dataDir, token, adminToken, otlpHttpPort: false, otlpGrpcPort: false } as const;
const opened = await openConsole({ ...options, port }).catch((error: unknown) => {
  // Its usual port is a courtesy: one that is free does as well.
  if (!isHoldfastError(error) || error.code !== 'PORT_UNAVAILABLE') throw error;
  return openConsole({ ...options, port: 0 });
});
const say = (message: ConsoleMessage): void => {
  if (process.connected) process.send!(message);
};
say({ type: 'ready', url: opened.url });
setInterval(() => say({ type: 'vitals', vitals: { usage: readUsage(undefined) } }), vitalsEveryMillis);
