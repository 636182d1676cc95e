import type { Telemetry } from '@holdfast/telemetry';

/** What a process has taken so far. */
export interface Usage {
  /** Bytes of memory that it has at present. */
  readonly residentBytes: number;
  readonly cpuMillis: number;
  /** Bytes of telemetry that it has sent. */
  readonly toldBytes: number;
}

export const noUsage: Usage = { residentBytes: 0, cpuMillis: 0, toldBytes: 0 };

/** Of this process. */
export function readUsage(telemetry: Telemetry | undefined): Usage {
  const { user, system } = process.cpuUsage();
  const told = Object.values(telemetry?.exports ?? {});
  return {
    residentBytes: process.memoryUsage.rss(),
    cpuMillis: (user + system) / 1_000,
    toldBytes: told.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  };
}
