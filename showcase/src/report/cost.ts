import type { Usage } from '../processes/usage.ts';

/** What a run took, while the storm lasted. */
export interface Cost {
  readonly processes: readonly ProcessCost[];
  /** Bytes of memory of one of the shop's processes: the mean of all, and the most that any ever had. */
  readonly memoryMean: number;
  readonly memoryLargest: number;
  /** Seconds of CPU of all the shop's processes for 1,000 orders accepted; null when none was. */
  readonly cpuPerThousandOrders: number | null;
  /** The same of the console, and its memory at most; null where there was none. */
  readonly consoleCpuPerThousandOrders: number | null;
  readonly consoleMemoryLargest: number | null;
  /** Bytes that were sent to the console for each request that a service answered. */
  readonly bytesPerRequest: number;
}

export interface ProcessCost {
  readonly name: string;
  /** Bytes of memory, looked at once a second. */
  readonly memoryMean: number;
  readonly memoryLargest: number;
  readonly cpuSeconds: number;
  /** Bytes of telemetry that it sent. */
  readonly toldBytes: number;
}

/** What the shop achieved for it. */
export interface Achieved {
  readonly orders: number;
  readonly requests: number;
}

const lookEveryMillis = 1_000;

/** A process, and what it has taken so far in all its lives. */
export interface Metered {
  readonly name: string;
  readonly usage: Usage;
}

/** Looks at what processes take, from its construction on. */
export class CostMeter {
  private readonly shop: readonly ProcessMeter[];
  private readonly console: ProcessMeter | undefined;
  private readonly clock: NodeJS.Timeout;

  /**
   * @param shop - the processes of a shop.
   * @param console - what watches them, if anything does.
   */
  constructor(shop: readonly Metered[], console: Metered | undefined) {
    this.shop = shop.map((process) => new ProcessMeter(process));
    this.console = console && new ProcessMeter(console);
    this.clock = setInterval(() => {
      for (const meter of this.shop) meter.look();
      this.console?.look();
    }, lookEveryMillis);
  }

  /** What was taken until now. It looks no more. */
  end(): Taken {
    clearInterval(this.clock);
    return new Taken(
      this.shop.map((meter) => meter.end()),
      this.console?.end(),
    );
  }
}

/** What was taken. */
class Taken {
  private readonly shop: readonly ProcessCost[];
  private readonly console: ProcessCost | undefined;

  constructor(shop: readonly ProcessCost[], console: ProcessCost | undefined) {
    this.shop = shop;
    this.console = console;
  }

  per({ orders, requests }: Achieved): Cost {
    const { shop, console } = this;
    const perThousand = (seconds: number): number | null =>
      orders === 0 ? null : (1_000 * seconds) / orders;
    const sum = (of: (process: ProcessCost) => number): number =>
      shop.reduce((total, process) => total + of(process), 0);
    return {
      processes: [...shop, ...(console === undefined ? [] : [console])],
      memoryMean: sum(({ memoryMean }) => memoryMean) / shop.length,
      memoryLargest: Math.max(...shop.map(({ memoryLargest }) => memoryLargest)),
      cpuPerThousandOrders: perThousand(sum(({ cpuSeconds }) => cpuSeconds)),
      consoleCpuPerThousandOrders: console === undefined ? null : perThousand(console.cpuSeconds),
      consoleMemoryLargest: console?.memoryLargest ?? null,
      bytesPerRequest: requests === 0 ? 0 : sum(({ toldBytes }) => toldBytes) / requests,
    };
  }
}

/** Of one process through all its lives; while it is killed there is nothing to look at. */
class ProcessMeter {
  private readonly process: Metered;
  private readonly before: Usage;
  private readonly memory: number[] = [];

  constructor(process: Metered) {
    this.process = process;
    this.before = process.usage;
  }

  look(): void {
    const { residentBytes } = this.process.usage;
    if (residentBytes > 0) this.memory.push(residentBytes);
  }

  end(): ProcessCost {
    this.look();
    const { process, before, memory } = this;
    const { cpuMillis, toldBytes } = process.usage;
    return {
      name: process.name,
      memoryMean: memory.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, memory.length),
      memoryLargest: Math.max(0, ...memory),
      cpuSeconds: (cpuMillis - before.cpuMillis) / 1_000,
      toldBytes: toldBytes - before.toldBytes,
    };
  }
}
