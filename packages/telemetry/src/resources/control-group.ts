import type { HostFiles } from './host-files.ts';

/** What a control group of Linux allows its processes, and what it did to them. Undefined is what it does not say. */
export interface ControlGroupReading {
  /** CPUs that may be used at once on average: 1.5 for a quota of 150 ms in 100 ms. Undefined where there is no quota. */
  readonly cpuLimit: number | undefined;
  /** Bytes. Undefined where there is no limit. */
  readonly memoryLimit: number | undefined;
  /** Bytes that the whole group uses. */
  readonly memoryUsage: number | undefined;
  /** Seconds for which its threads were held back by the quota. */
  readonly throttledSeconds: number | undefined;
  /** How often the kernel ended one of its processes for want of memory. */
  readonly outOfMemoryKills: number | undefined;
}

/** Version 1 writes "no limit" as the largest number that fits: nobody has as much memory. */
const unlimited = 2 ** 60;

/**
 * The control groups (version 1 or 2) that this process is in. A container is one, and so is a service of systemd. Limits of
 * the groups around it bind as well: the smallest counts.
 */
export class ControlGroup {
  readonly #files: HostFiles;
  /** Folders from the process's own group outward, for each controller. */
  readonly #cpu: readonly string[];
  readonly #memory: readonly string[];
  readonly #unified: readonly string[];

  constructor(files: HostFiles) {
    this.#files = files;
    const groups = (files.read('/proc/self/cgroup') ?? '').split('\n').map(parseGroup);
    const mounts = (files.read('/proc/self/mountinfo') ?? '').split('\n').map(parseMount);
    const folders = (controller: string): string[] => {
      const group = groups.find((one) => one?.controllers.includes(controller));
      const mount = mounts.find((one) => one?.controllers.includes(controller));
      return group === undefined || mount === undefined ? [] : outward(mount, group.path);
    };
    this.#cpu = folders('cpu');
    this.#memory = folders('memory');
    this.#unified = folders('');
  }

  read(): ControlGroupReading {
    return {
      cpuLimit: smallest([
        ...this.#unified.map((folder) => quotaOf(this.#files.read(`${folder}/cpu.max`)?.split(' '))),
        ...this.#cpu.map((folder) =>
          quotaOf([this.#read(folder, 'cpu.cfs_quota_us'), this.#read(folder, 'cpu.cfs_period_us')]),
        ),
      ]),
      memoryLimit: smallest([
        ...this.#unified.map((folder) => bytesOf(this.#read(folder, 'memory.max'))),
        ...this.#memory.map((folder) => bytesOf(this.#read(folder, 'memory.limit_in_bytes'))),
      ]),
      memoryUsage:
        bytesOf(this.#read(this.#unified[0], 'memory.current')) ??
        bytesOf(this.#read(this.#memory[0], 'memory.usage_in_bytes')),
      throttledSeconds:
        scaled(this.#field(this.#unified[0], 'cpu.stat', 'throttled_usec'), 1e-6) ??
        scaled(this.#field(this.#cpu[0], 'cpu.stat', 'throttled_time'), 1e-9),
      outOfMemoryKills:
        this.#field(this.#unified[0], 'memory.events', 'oom_kill') ??
        this.#field(this.#memory[0], 'memory.oom_control', 'oom_kill'),
    };
  }

  /** The text of its pressure file for `cpu`, `memory` or `io`. Version 1 has none. */
  pressure(resource: string): string | undefined {
    return this.#read(this.#unified[0], `${resource}.pressure`);
  }

  #read(folder: string | undefined, file: string): string | undefined {
    return folder === undefined ? undefined : this.#files.read(`${folder}/${file}`)?.trim();
  }

  /** The number after `field` in a file of one field a line. */
  #field(folder: string | undefined, file: string, field: string): number | undefined {
    const value = new RegExp(`^${field} (\\d+)$`, 'm').exec(this.#read(folder, file) ?? '')?.[1];
    return value === undefined ? undefined : Number(value);
  }
}

interface Group {
  /** One, empty, for version 2. */
  readonly controllers: readonly string[];
  readonly path: string;
}

interface Mount {
  readonly controllers: readonly string[];
  /** The group that the mount shows as its root. */
  readonly root: string;
  readonly folder: string;
}

/** A line of `/proc/self/cgroup`: `4:memory:/docker/abc`, or `0::/system.slice/shop.service`. */
function parseGroup(line: string): Group | undefined {
  const match = /^\d+:([^:]*):(.*)$/.exec(line);
  return match === null ? undefined : { controllers: match[1]!.split(','), path: match[2]! };
}

/** A line of `/proc/self/mountinfo`: `35 31 0:32 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory`. */
function parseMount(line: string): Mount | undefined {
  const match = /^\S+ \S+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line);
  if (match === null) return undefined;
  const [, root, folder, type, options] = match as unknown as [string, string, string, string, string];
  return { root, folder, controllers: type === 'cgroup2' ? [''] : options.split(',') };
}

/** The folders of a group and of those around it, as far as the mount shows them. */
function outward({ folder, root }: Mount, path: string): string[] {
  // Within a namespace of its own a container sees paths that its mount does not show: then the mount is its group.
  const inside = root === '/' ? path : path.startsWith(root) ? path.slice(root.length) : '/';
  const names = inside.split('/').filter((name) => name !== '' && name !== '..');
  return Array.from({ length: names.length + 1 }, (_, left) =>
    [folder, ...names.slice(0, names.length - left)].join('/'),
  );
}

function quotaOf(words: readonly (string | undefined)[] | undefined): number | undefined {
  const [quota, period] = words?.map(Number) ?? [];
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined;
}

function bytesOf(text: string | undefined): number | undefined {
  const bytes = Number(text);
  return text !== undefined && text !== '' && bytes < unlimited ? bytes : undefined;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function smallest(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce(
    (least, value) => (least === undefined || (value !== undefined && value < least) ? value : least),
    undefined,
  );
}
