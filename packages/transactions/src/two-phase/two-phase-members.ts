import { CommitMachine } from '../atomic-commit/commit-machine.ts';
import type { CommitMessage, CommitSettings, CommitState } from '../atomic-commit/commit-message.ts';

/**
 * The coordinator of a two-phase commit whose participants can talk: presumed abort, so that only the commit is recorded
 * (Mohan, Lindsay and Obermarck, 1986).
 */
export class TwoPhaseMessageCoordinator extends CommitMachine {
  readonly #settings: CommitSettings;
  readonly #yes = new Set<string>();
  readonly #told = new Set<string>();

  constructor(settings: CommitSettings, stored?: CommitState) {
    super(stored);
    this.#settings = settings;
  }

  protected override onStart(): void {
    // Without a record there was no commit: whatever was asked before, the answer is no.
    if (this.recovered) this.#decide(this.state === 'committed');
    else {
      this.sendAll(this.#settings.participants, { kind: 'can-commit' });
      this.arm(this.#settings.timeout);
    }
  }

  protected override onMessage(message: CommitMessage, from: string): void {
    if (message.kind === 'vote' && !this.decided) {
      if (message.yes) this.#yes.add(from);
      if (!message.yes || this.#yes.size === this.#settings.participants.length) this.#decide(message.yes);
    } else if (message.kind === 'decided') {
      this.#told.add(from);
      if (this.#told.size === this.#settings.participants.length) this.disarm();
    } else if (message.kind === 'where' && this.decided) {
      this.send(from, { kind: 'decision', commit: this.state === 'committed' });
    }
  }

  protected override onTimeUp(): void {
    this.#decide(this.state === 'committed');
  }

  #decide(commit: boolean): void {
    if (!this.decided) this.become(commit ? 'committed' : 'aborted');
    const untold = this.#settings.participants.filter((name) => !this.#told.has(name));
    this.sendAll(untold, { kind: 'decision', commit: this.state === 'committed' });
    if (untold.length > 0) this.arm(this.#settings.timeout);
  }
}

/**
 * A participant of a two-phase commit. Once it has voted yes it may not decide: when the coordinator is silent it asks the
 * others (cooperative termination; Bernstein, Hadzilacos and Goodman, 1987, 7.4). It is blocked while all that it reaches
 * have voted yes and know no more than itself.
 */
export class TwoPhaseMessageParticipant extends CommitMachine {
  readonly #settings: CommitSettings;
  readonly #others: readonly string[];
  readonly #vote: boolean;

  constructor(settings: CommitSettings, self: string, vote: boolean, stored?: CommitState) {
    super(stored);
    this.#settings = settings;
    this.#others = [settings.coordinator, ...settings.participants.filter((name) => name !== self)];
    this.#vote = vote;
  }

  protected override onStart(): void {
    if (this.state === 'ready') this.#ask();
  }

  protected override onMessage(message: CommitMessage, from: string): void {
    switch (message.kind) {
      case 'can-commit':
        if (this.state === 'idle') this.become(this.#vote ? 'ready' : 'aborted');
        this.send(from, { kind: 'vote', yes: this.state !== 'aborted' });
        if (this.state === 'ready') this.arm(this.#settings.timeout);
        return;
      case 'decision':
        this.#learn(message.commit);
        this.send(from, { kind: 'decided' });
        return;
      case 'where':
        // Who has not voted yet can still say no, and so free the one that asks.
        if (this.state === 'idle') this.become('aborted');
        this.send(from, { kind: 'here', state: this.state, recovered: this.recovered });
        return;
      case 'here':
        if (message.state === 'committed' || message.state === 'aborted')
          this.#learn(message.state === 'committed');
    }
  }

  protected override onTimeUp(): void {
    if (this.state === 'ready') this.#ask();
  }

  #ask(): void {
    this.sendAll(this.#others, { kind: 'where' });
    this.arm(this.#settings.timeout);
  }

  #learn(commit: boolean): void {
    if (this.decided) return;
    this.become(commit ? 'committed' : 'aborted');
    this.disarm();
  }
}
