import type { RunContext, RunDefinition } from '../../src/index.ts';

export interface CountingInput {
  readonly steps: number;
  /** At this step it waits for a message. */
  readonly waitAt?: number | undefined;
  /** At this step it throws. */
  readonly throwAt?: number | undefined;
}

/** Counts to a number, one record for each step. What it does outside is in `effects`. */
export class CountingDefinition implements RunDefinition<CountingInput, number> {
  readonly type: string;
  readonly version: number;
  readonly effects: string[] = [];

  constructor(version: number = 1, type: string = 'test/counting') {
    this.version = version;
    this.type = type;
  }

  begin(input: CountingInput): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(input));
  }

  async drive(run: RunContext): Promise<void> {
    const { steps, waitAt, throwAt } = JSON.parse(textOf(run.records[0]!)) as CountingInput;
    const messages: number[] = [];
    let wake = (): void => {};
    run.onMessage = ({ sequence }) => {
      messages.push(sequence);
      wake();
    };
    for (let step = run.records.length; step <= steps; step++) {
      if (step === throwAt) throw new Error(`step ${step} is broken`);
      if (step === waitAt && messages.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          run.signal.addEventListener('abort', () => resolve());
        });
        if (run.signal.aborted) return;
      }
      this.effects.push(`${run.id}:${step}`);
      const record = Uint8Array.of(step);
      if (step < steps) await run.append([record], 'order');
      else await run.append([record], 'durable', { status: 'ended', consumed: messages });
    }
  }

  result(records: readonly Uint8Array[]): number {
    return records.length - 1;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
