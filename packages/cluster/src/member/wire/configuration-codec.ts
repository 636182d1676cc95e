import type { Configuration, SnapshotMetadata } from '@holdfast/raft';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

export function writeConfiguration(writer: ByteWriter, configuration: Configuration): void {
  const { voters, outgoing, learners, learnersNext, witnesses, leavesJoint } = configuration;
  writer.u8(leavesJoint ? 1 : 0);
  for (const ids of [voters, outgoing, learners, learnersNext, witnesses]) writer.texts(ids);
}

export function readConfiguration(reader: ByteReader): Configuration {
  const leavesJoint = reader.u8() === 1;
  const voters = reader.texts();
  const outgoing = reader.texts();
  const learners = reader.texts();
  const learnersNext = reader.texts();
  const witnesses = reader.texts();
  return { voters, outgoing, learners, learnersNext, witnesses, leavesJoint };
}

export function writeSnapshotMetadata(writer: ByteWriter, snapshot: SnapshotMetadata): void {
  writer.text(snapshot.id);
  writer.u48(snapshot.index);
  writer.u48(snapshot.term);
  writer.u48(snapshot.bytes);
  writer.u48(snapshot.configurationIndex);
  writeConfiguration(writer, snapshot.configuration);
}

export function readSnapshotMetadata(reader: ByteReader): SnapshotMetadata {
  const id = reader.text();
  const index = reader.u48();
  const term = reader.u48();
  const bytes = reader.u48();
  const configurationIndex = reader.u48();
  return { id, index, term, bytes, configurationIndex, configuration: readConfiguration(reader) };
}
