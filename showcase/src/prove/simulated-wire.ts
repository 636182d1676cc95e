import type { HostContext } from '@holdfast/simulation';
import type { Answer, Received } from '../shop/http.ts';
import { readAnswer, type Sending } from '../stack/wire.ts';

interface Question {
  readonly kind: 'question';
  readonly id: number;
  readonly request: Received;
}
interface Reply {
  readonly kind: 'reply';
  readonly id: number;
  readonly answer: Answer;
}

/**
 * Requests and answers as messages of a simulated network, where each may be lost, late, or there twice. Whose question
 * meets a process that is down gets no answer.
 */
export class SimulatedWire {
  private readonly context: HostContext;
  private readonly asked = new Map<number, (answer: Answer) => void>();
  private questions = 0;

  /** @param answer - what this host does for the questions of others. */
  constructor(context: HostContext, answer?: (request: Received) => Promise<Answer>) {
    this.context = context;
    context.messages.onMessage = (message, from) => {
      const told = message as Question | Reply;
      if (told.kind === 'reply') this.heard(told);
      else if (answer !== undefined) {
        void answer(told.request).then((said) => {
          context.messages.send(from, { kind: 'reply', id: told.id, answer: said } satisfies Reply);
        });
      }
    };
  }

  /** The status and body of the answer; rejects when `signal` aborts before there is one. */
  ask(target: string, request: Received, signal?: AbortSignal): Promise<Answer> {
    const id = ++this.questions;
    return new Promise((resolve, reject) => {
      this.asked.set(id, resolve);
      signal?.addEventListener('abort', () => {
        if (this.asked.delete(id)) reject(signal.reason);
      });
      this.context.messages.send(target, { kind: 'question', id, request } satisfies Question);
    });
  }

  readonly send = async ({ target, call, headers = {}, signal }: Sending): Promise<unknown> => {
    const { method, path, body } = call;
    const answer = await this.ask(target, { method, path, headers, body }, signal);
    return readAnswer(target, answer.status, JSON.stringify(answer.body), String(answer.retryAfter));
  };

  private heard({ id, answer }: Reply): void {
    const resolve = this.asked.get(id);
    this.asked.delete(id);
    resolve?.(answer);
  }
}
