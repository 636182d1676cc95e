import type { PlantedBug } from '@holdfast/simulation/planted-bugs';
import type { Trial } from './trials.ts';

/** Mistakes that outboxes, event stores and choreographies may well have. Each names the trial that finds it. */
export const plantedBugs: readonly (PlantedBug & { readonly by: Trial })[] = [
  {
    name: 'a message is gone from the outbox once it is claimed',
    by: 'deaths',
    file: 'embedded/embedded-outbox.ts',
    right: '          write(transaction, id, { ...row, attempts });\n',
    wrong: '          transaction.delete(table, id);\n',
  },
  {
    name: 'a message that could not be published counts as published',
    by: 'trouble',
    file: 'relay/relay.ts',
    right: 'publication.failed(message.id, error, random.float());',
    wrong: 'publication.published(message.id);',
  },
  {
    name: 'the inbox takes a copy for fresh',
    by: 'deaths',
    file: 'embedded/embedded-inbox.ts',
    right: "return 'duplicate';",
    wrong: "return 'fresh';",
  },
  {
    name: 'messages of a key are published at once',
    by: 'trouble',
    file: 'relay/publication.ts',
    right: 'key === undefined ? undefined : this.#behind.get(key);',
    wrong: 'undefined;',
  },
  {
    name: 'a key goes on behind a message that failed',
    by: 'trouble',
    file: 'relay/publication.ts',
    right: 'this.#release(this.#behind.get(message.key)!.splice(0));',
    wrong: 'this.#ready.push(...this.#behind.get(message.key)!.splice(0));',
  },
  {
    name: 'a key is claimed behind a message that another relay has',
    by: 'trouble',
    file: 'embedded/embedded-outbox.ts',
    right: '            if (row.key !== null) blocked.add(row.key);\n',
    wrong: '',
  },
  {
    name: 'a transaction that is rolled back leaves its messages',
    by: 'deaths',
    file: 'embedded/embedded-database.ts',
    right: '    const result = await work(transaction);\n',
    wrong: '    const result = await work(transaction).catch(() => undefined as never);\n',
  },
  {
    name: 'readers see events that are not durable',
    by: 'crashes',
    file: 'event-sourcing/journal-event-store.ts',
    right: '    const recordPosition = this.#nextRecord++;\n',
    wrong:
      '    const recordPosition = this.#nextRecord++;\n    this.#log.durable = lastPosition;\n    this.#wake();\n',
  },
  {
    name: 'an append resolves before it is durable',
    by: 'crashes',
    file: 'event-sourcing/journal-event-store.ts',
    right: "    await unlessAborted(durable, 'append', signal);\n",
    wrong: '',
  },
  {
    name: 'a refused append stays in the log',
    by: 'refusals',
    file: 'event-sourcing/journal-event-store.ts',
    right: '    this.#log.truncate(before);\n',
    wrong: '',
  },
  {
    name: 'an append is made on top of one that was refused',
    by: 'refusals',
    file: 'event-sourcing/journal-event-store.ts',
    right: 'await this.#journal.append([record], recordPosition);',
    wrong: 'await this.#journal.append([record]);',
  },
  {
    name: 'what was undone before it was done is done later',
    by: 'shop',
    file: 'choreography/react.ts',
    right: "if ((await note(on, 'done')) === 'duplicate') await",
    wrong: 'await',
  },
  {
    name: 'a timer does not look whether what it waits for has come',
    by: 'shop',
    file: 'choreography/react.ts',
    right: "(await books.inbox.accept(transaction, note, sagaId)) === 'duplicate'",
    wrong: 'note === undefined',
  },
  {
    name: 'a service hears of its own timeout only over the broker',
    by: 'shop',
    file: 'choreography/react.ts',
    right: '  await reactTo(service, books, transaction, event);\n',
    wrong: '',
  },
  {
    name: 'an event is acknowledged before its reaction has committed',
    by: 'shop',
    file: 'choreography/run-service.ts',
    right: '    const event = toEvent(choreography.name, delivery.message);\n',
    wrong: '    const event = toEvent(choreography.name, delivery.message);\n    await delivery.ack();\n',
  },
];
