import { CommitMachine } from '../atomic-commit/commit-machine.ts';
import type { CommitMessage, CommitSettings, CommitState } from '../atomic-commit/commit-message.ts';
import { terminate } from './termination-rule.ts';

/**
 * A participant of a three-phase commit, with its termination protocol: when the coordinator is silent, the participants
 * elect the first of those that are alive to finish the transaction in its place (Skeen, 1981). None of them waits for the
 * dead. But silence is no death: where the network is cut in two, either side takes the other for dead, and they may decide
 * differently. Use it where that cannot happen, or not at all.
 */
export class ThreePhaseParticipant extends CommitMachine {
  readonly #settings: CommitSettings;
  readonly #self: string;
  readonly #others: readonly string[];
  readonly #vote: boolean;
  /** `collecting`: it has asked all where they are. `leading`: it has told all to pre-commit. */
  #phase: 'waiting' | 'collecting' | 'leading' = 'waiting';
  /** What the others have answered, while collecting. */
  readonly #answers = new Map<string, { readonly state: CommitState; readonly recovered: boolean }>();

  constructor(settings: CommitSettings, self: string, vote: boolean, stored?: CommitState) {
    super(stored);
    this.#settings = settings;
    this.#self = self;
    this.#others = settings.participants.filter((name) => name !== self);
    this.#vote = vote;
  }

  protected override onStart(): void {
    if (!this.decided && this.state !== 'idle') this.#collect();
  }

  protected override onMessage(message: CommitMessage, from: string): void {
    switch (message.kind) {
      case 'can-commit':
        if (this.state === 'idle') this.become(this.#vote ? 'ready' : 'aborted');
        this.send(from, { kind: 'vote', yes: this.state !== 'aborted' });
        if (this.state === 'ready') this.#wait();
        return;
      case 'pre-commit':
        if (this.state === 'ready') this.become('pre-committed');
        if (this.state === 'pre-committed') {
          this.send(from, { kind: 'pre-committed' });
          if (this.#phase !== 'leading') this.#wait();
        } else if (this.decided) this.send(from, this.#here());
        return;
      case 'decision':
        this.#learn(message.commit);
        this.send(from, { kind: 'decided' });
        return;
      case 'where':
        // It has not voted: from now on its vote is no.
        if (this.state === 'idle') this.become('aborted');
        this.send(from, this.#here());
        return;
      case 'here':
        if (message.state === 'committed' || message.state === 'aborted')
          this.#learn(message.state === 'committed');
        else if (this.#phase === 'collecting') this.#answers.set(from, message);
        return;
      case 'pre-committed':
        if (this.#phase !== 'leading') return;
        this.#answers.set(from, { state: 'pre-committed', recovered: false });
    }
  }

  protected override onTimeUp(): void {
    if (this.decided) return;
    if (this.#phase === 'waiting') this.#collect();
    else if (this.#phase === 'collecting') this.#elect();
    // Who has not pre-committed by now is dead.
    else this.#decide(true);
  }

  #collect(): void {
    this.#phase = 'collecting';
    this.#answers.clear();
    this.sendAll([this.#settings.coordinator, ...this.#others], { kind: 'where' });
    this.arm(this.#settings.timeout);
  }

  /** The first of those that have been alive since they voted leads. */
  #elect(): void {
    const { participants } = this.#settings;
    const answers = new Map(this.#answers).set(this.#self, { state: this.state, recovered: this.recovered });
    const steady = participants.filter((name) => answers.get(name)?.recovered === false);
    // When all have crashed, nobody has gone on without the others; but then all have to be asked.
    const candidates = steady.length === 0 && answers.size === participants.length ? participants : steady;
    if (candidates[0] === this.#self)
      this.#lead(terminate(Array.from(answers.values(), ({ state }) => state)));
    else this.#wait();
  }

  #lead(verdict: 'commit' | 'abort' | 'pre-commit'): void {
    if (verdict !== 'pre-commit') {
      this.#decide(verdict === 'commit');
      return;
    }
    if (this.state === 'ready') this.become('pre-committed');
    this.#phase = 'leading';
    this.sendAll(this.#others, { kind: 'pre-commit' });
    this.arm(this.#settings.timeout);
  }

  #wait(): void {
    this.#phase = 'waiting';
    this.arm(this.#settings.timeout);
  }

  #learn(commit: boolean): void {
    if (this.decided) return;
    this.become(commit ? 'committed' : 'aborted');
    this.disarm();
  }

  #decide(commit: boolean): void {
    this.#learn(commit);
    this.sendAll([this.#settings.coordinator, ...this.#others], { kind: 'decision', commit });
  }

  #here(): CommitMessage {
    return { kind: 'here', state: this.state, recovered: this.recovered };
  }
}
