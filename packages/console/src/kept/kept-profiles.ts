import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminProfile } from '@holdfast/telemetry';
import type { ProfileSummary } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import { readWhole, writeWhole } from './whole-file.ts';

export interface ProfileLimits {
  readonly profilesMax: number;
  readonly bytesMax: number;
}

interface KeptProfile {
  readonly summary: ProfileSummary;
  readonly bytes: number;
}

/** The profiles that were taken last, each in a file of a folder, and beside it what the list says of it. */
export class KeptProfiles {
  readonly #folder: string;
  readonly #limits: ProfileLimits;
  /** The oldest first. */
  readonly #kept: Map<string, KeptProfile>;

  private constructor(folder: string, limits: ProfileLimits, kept: readonly KeptProfile[]) {
    this.#folder = folder;
    this.#limits = limits;
    this.#kept = new Map(kept.map((each) => [each.summary.id, each]));
  }

  /** Takes up what a folder holds, and makes it where it is missing. */
  static async open(
    folder: string,
    limits: ProfileLimits = { profilesMax: 32, bytesMax: 64 * 2 ** 20 },
  ): Promise<KeptProfiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = new Set(await readdir(folder));
    const kept: KeptProfile[] = [];
    for (const name of names) {
      const id = /^([0-9a-f-]{36})\.summary\.json$/.exec(name)?.[1];
      if (id === undefined || !names.has(`${id}.json`)) continue;
      const summary = await readWhole(join(folder, name));
      if (!isSummaryOf(summary, id)) continue;
      kept.push({ summary, bytes: (await stat(join(folder, `${id}.json`))).size });
    }
    // Whatever else there is was left half done by a crash.
    for (const { summary } of kept) for (const name of filesOf(summary.id)) names.delete(name);
    for (const name of names) await rm(join(folder, name), { force: true });
    kept.sort((one, other) => one.summary.startedAt - other.summary.startedAt);
    const profiles = new KeptProfiles(folder, limits, kept);
    await profiles.#shrink();
    return profiles;
  }

  /** The newest first. */
  list(): ProfileSummary[] {
    return Array.from(this.#kept.values(), ({ summary }) => summary).reverse();
  }

  /** @throws HoldfastError NOT_FOUND. */
  async get(id: string): Promise<AdminProfile> {
    const profile = this.#kept.has(id) ? await readWhole(join(this.#folder, filesOf(id)[1])) : undefined;
    if (profile !== undefined) return profile as AdminProfile;
    throw consoleErrors.create('NOT_FOUND', {
      message: `no profile ${id} is kept: only the last ${this.#limits.profilesMax} are`,
    });
  }

  /** Resolves when it is durable. */
  async keep(summary: ProfileSummary, profile: AdminProfile): Promise<void> {
    const { id } = summary;
    const [summaryName, profileName] = filesOf(id);
    const text = JSON.stringify(profile);
    await writeWhole(join(this.#folder, profileName), text);
    await writeWhole(join(this.#folder, summaryName), JSON.stringify(summary));
    this.#kept.set(id, { summary, bytes: Buffer.byteLength(text) });
    await this.#shrink();
  }

  /** Lets go of the oldest, but never of the newest. */
  async #shrink(): Promise<void> {
    const { profilesMax, bytesMax } = this.#limits;
    let bytes = [...this.#kept.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [id, each] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= profilesMax && bytes <= bytesMax)) return;
      this.#kept.delete(id);
      bytes -= each.bytes;
      for (const name of filesOf(id)) await rm(join(this.#folder, name), { force: true });
    }
  }
}

function filesOf(id: string): readonly [summary: string, profile: string] {
  return [`${id}.summary.json`, `${id}.json`];
}

function isSummaryOf(value: unknown, id: string): value is ProfileSummary {
  const { id: own, startedAt } = (value ?? {}) as Partial<ProfileSummary>;
  return own === id && typeof startedAt === 'number';
}
