import { describe, expect, test } from 'vitest';
import { ControlGroup } from './control-group.ts';

function groupIn(files: Readonly<Record<string, string>>): ControlGroup {
  return new ControlGroup({ read: (path) => files[path] });
}

const unified = '31 23 0:41 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';

describe('ControlGroup', () => {
  test('version 2: a service of systemd, with limits of its own and around it', () => {
    const folder = '/sys/fs/cgroup/system.slice/shop.service';
    const group = groupIn({
      '/proc/self/cgroup': '0::/system.slice/shop.service\n',
      '/proc/self/mountinfo': unified,
      [`${folder}/cpu.max`]: '150000 100000\n',
      [`${folder}/memory.max`]: 'max\n',
      [`${folder}/memory.current`]: '1048576\n',
      [`${folder}/memory.events`]: 'low 0\nhigh 3\nmax 0\noom 2\noom_kill 1\n',
      [`${folder}/cpu.stat`]: 'usage_usec 5000000\nnr_periods 9\nnr_throttled 2\nthrottled_usec 2500000\n',
      '/sys/fs/cgroup/system.slice/memory.max': '536870912\n',
      '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000\n',
      [`${folder}/io.pressure`]: 'some avg10=0.00 avg60=0.00 avg300=0.00 total=12\n',
    });
    expect(group.read()).toEqual({
      cpuLimit: 1.5,
      memoryLimit: 536_870_912,
      memoryUsage: 1_048_576,
      throttledSeconds: 2.5,
      outOfMemoryKills: 1,
    });
    expect(group.pressure('io')).toContain('total=12');
  });

  test('version 1: a container whose mounts show its own groups as their roots', () => {
    const group = groupIn({
      '/proc/self/cgroup':
        '9:name=systemd:/docker/abc\n4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n',
      '/proc/self/mountinfo':
        '32 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro,nosuid master:1 - cgroup cgroup rw,cpu,cpuacct\n' +
        '35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 9\nnr_throttled 2\nthrottled_time 1500000000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '268435456\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1000\n',
      '/sys/fs/cgroup/memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 4\n',
    });
    expect(group.read()).toEqual({
      cpuLimit: 0.5,
      memoryLimit: 268_435_456,
      memoryUsage: 1_000,
      throttledSeconds: 1.5,
      outOfMemoryKills: 4,
    });
  });

  test('no limit is undefined, as version 1 writes it too', () => {
    const group = groupIn({
      '/proc/self/cgroup': '4:memory:/a\n1:cpu:/a\n',
      '/proc/self/mountinfo':
        '32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect(group.read()).toMatchObject({ cpuLimit: undefined, memoryLimit: undefined });
  });

  test('a container with a namespace of its own sees its group at the mount', () => {
    const group = groupIn({
      '/proc/self/cgroup': '0::/../elsewhere\n',
      '/proc/self/mountinfo': unified,
      '/sys/fs/cgroup/cpu.max': '200000 100000\n',
    });
    expect(group.read().cpuLimit).toBe(2);
  });

  test('a host without control groups limits nothing', () => {
    expect(groupIn({}).read()).toEqual({
      cpuLimit: undefined,
      memoryLimit: undefined,
      memoryUsage: undefined,
      throttledSeconds: undefined,
      outOfMemoryKills: undefined,
    });
  });
});
