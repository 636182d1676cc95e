import { CommitMachine } from '../atomic-commit/commit-machine.ts';
import type { CommitMessage, CommitSettings, CommitState } from '../atomic-commit/commit-message.ts';

/**
 * The coordinator of a three-phase commit: it asks, it lets all know that all have voted yes, and only then does it commit.
 * A participant that does not answer in time is taken for dead; see {@link ThreePhaseParticipant} for what that costs.
 */
export class ThreePhaseCoordinator extends CommitMachine {
  readonly #settings: CommitSettings;
  readonly #yes = new Set<string>();
  readonly #preCommitted = new Set<string>();
  readonly #told = new Set<string>();

  constructor(settings: CommitSettings, stored?: CommitState) {
    super(stored);
    this.#settings = settings;
  }

  protected override onStart(): void {
    const { participants, timeout } = this.#settings;
    if (!this.recovered) {
      this.sendAll(participants, { kind: 'can-commit' });
      this.arm(timeout);
    } else if (this.state === 'pre-committed') {
      // The participants have gone on without it: it has no say any more.
      this.#ask();
    } else {
      // Nobody was told to pre-commit: nobody has committed.
      this.#decide(this.state === 'committed');
    }
  }

  protected override onMessage(message: CommitMessage, from: string): void {
    const { participants } = this.#settings;
    switch (message.kind) {
      case 'vote':
        if (this.state !== 'idle') return;
        this.#vote(message.yes, from);
        return;
      case 'pre-committed':
        if (this.state !== 'pre-committed' || this.recovered) return;
        this.#preCommitted.add(from);
        if (this.#preCommitted.size === participants.length) this.#decide(true);
        return;
      case 'decision':
        this.#learn(message.commit);
        this.send(from, { kind: 'decided' });
        return;
      case 'decided':
        this.#told.add(from);
        if (this.#told.size === participants.length) this.disarm();
        return;
      case 'where':
        if (this.decided) this.send(from, { kind: 'decision', commit: this.state === 'committed' });
        return;
      case 'here':
        if (message.state === 'committed' || message.state === 'aborted')
          this.#learn(message.state === 'committed');
    }
  }

  protected override onTimeUp(): void {
    // Who has not voted may never have been asked; who has not pre-committed is dead, and learns it when it is back.
    if (this.decided) this.#decide(this.state === 'committed');
    else if (this.recovered) this.#ask();
    else this.#decide(this.state === 'pre-committed');
  }

  #vote(yes: boolean, from: string): void {
    const { participants, timeout } = this.#settings;
    if (yes) this.#yes.add(from);
    else this.#decide(false);
    if (this.#yes.size < participants.length) return;
    this.become('pre-committed');
    this.sendAll(participants, { kind: 'pre-commit' });
    this.arm(timeout);
  }

  #ask(): void {
    this.sendAll(this.#settings.participants, { kind: 'where' });
    this.arm(this.#settings.timeout);
  }

  #learn(commit: boolean): void {
    if (!this.decided) this.#decide(commit);
  }

  /** Decides, once, and tells those that do not know it. */
  #decide(commit: boolean): void {
    if (!this.decided) this.become(commit ? 'committed' : 'aborted');
    const untold = this.#settings.participants.filter((name) => !this.#told.has(name));
    this.sendAll(untold, { kind: 'decision', commit: this.state === 'committed' });
    if (untold.length > 0) this.arm(this.#settings.timeout);
    else this.disarm();
  }
}
