// A process of one service of the trips: `trip-service.ts <hotel or airline> <folder of its database> <port of NATS>`. The
// hotel begins the trips, one after the other; those that were begun before stay as they are. It says `ready` once it runs.
import { writeSync } from 'node:fs';
import { sleep } from '@holdfast/core';
import { openJournalFolder } from '@holdfast/storage/node';
import { beginSaga, openEmbeddedDatabase, runService } from '@holdfast/transactions';
import { connect } from '@nats-io/transport-node';
import { natsBroker } from '../src/index.ts';
import { airline, hotel, tripIds, trips } from './trips.ts';

const [name, folder, port] = process.argv.slice(2);
const { journal } = await openJournalFolder(folder!);
const database = await openEmbeddedDatabase({ journal, snapshotBytes: 4_096 });
const connection = await connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1 });
const broker = await natsBroker({ connection, stream: 'killed' });
const { inbox, outbox } = database;
runService({
  choreography: trips,
  service: name === 'hotel' ? hotel : airline,
  broker,
  transactor: database,
  inbox,
  outbox,
  settleWithin: '2s',
  relay: { lookEvery: '500ms', lease: '2s' },
});
writeSync(1, 'ready\n');
for (const sagaId of name === 'hotel' ? tripIds : []) {
  const trip = {
    choreography: trips,
    service: 'hotel',
    sagaId,
    type: 'trip.wanted',
    data: null,
    inbox,
    outbox,
  };
  await database.transact((transaction) => beginSaga(transaction, trip));
  await sleep('20ms');
}
