import { emptyDigest, extendDigest } from './running-digest.ts';
import type { StateMachine } from './state-machine.ts';

/** The values themselves, in order: what the conformance suite looks at. */
export class ValueList implements StateMachine<undefined> {
  digest: number = emptyDigest;
  values: string[] = [];

  apply(command: string): undefined {
    this.digest = extendDigest(this.digest, command);
    this.values.push(command);
  }

  save(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.values));
  }

  restore(state: Uint8Array): void {
    this.values = JSON.parse(new TextDecoder().decode(state)) as string[];
    this.digest = this.values.reduce(extendDigest, emptyDigest);
  }
}
