import type { Peers } from '@holdfast/transport';
import { type FarewellReason, farewellOf } from '../membership/farewell.ts';
import { decodeWelcome, joinKind, type Welcome, welcomeKind } from '../membership/welcome.ts';
import {
  decodeForward,
  decodeForwardAnswer,
  type Forward,
  type ForwardAnswer,
  forwardAnswerKind,
  forwardKind,
} from '../proposals/forward-messages.ts';
import { ByteReader, malformed } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { EntryBlocks } from '../wire/entry-block.ts';
import {
  decodeRaftMessage,
  encodeRaftMessage,
  type RaftMessage,
  raftKindsEnd,
} from '../wire/raft-messages.ts';
import {
  type CallAnswer,
  callAnswerKind,
  callKind,
  decodeCall,
  decodeCallAnswer,
  type PeerCall,
} from './call-messages.ts';

/** What arrives from other members. */
export interface TrafficReceiver {
  raft(message: RaftMessage): void;
  forward(from: string, forward: Forward): void;
  forwardAnswer(from: string, answer: ForwardAnswer): void;
  call(from: string, call: PeerCall): void;
  callAnswer(from: string, answer: CallAnswer): void;
  /** `from` turns this member away for good. */
  farewell(from: string, reason: FarewellReason): void;
  /** A member that was added asks who it is. */
  join(from: string): void;
  /** Another member says who takes part. */
  welcome(welcome: Welcome): void;
}

/** Turns what members tell each other into bytes, and back. */
export class PeerTraffic {
  readonly #id: string;
  readonly #peers: Peers;
  readonly #blocks: EntryBlocks;
  readonly #receiver: TrafficReceiver;
  readonly #writer = new ByteWriter();

  constructor(id: string, peers: Peers, blocks: EntryBlocks, receiver: TrafficReceiver) {
    this.#id = id;
    this.#peers = peers;
    this.#blocks = blocks;
    this.#receiver = receiver;
  }

  sendRaft(message: RaftMessage): void {
    this.#peers.send(message.to, ...encodeRaftMessage(this.#writer, this.#blocks, message));
  }

  /** False when it was dropped. */
  post(to: string, message: Uint8Array): boolean {
    return this.#peers.send(to, message);
  }

  /** Takes a message from `from`. @throws HoldfastError PEER_MESSAGE_MALFORMED. */
  receive(from: string, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (bytes.length > 0 && bytes[0]! < raftKindsEnd) {
      this.#receiver.raft(decodeRaftMessage(reader, this.#blocks, from, this.#id));
      return;
    }
    const kind = reader.u8();
    switch (kind) {
      case forwardKind:
        this.#receiver.forward(from, decodeForward(reader));
        return;
      case forwardAnswerKind:
        this.#receiver.forwardAnswer(from, decodeForwardAnswer(reader));
        return;
      case callKind:
        this.#receiver.call(from, decodeCall(reader));
        return;
      case callAnswerKind:
        this.#receiver.callAnswer(from, decodeCallAnswer(reader));
        return;
      case joinKind:
        this.#receiver.join(from);
        return;
      case welcomeKind:
        this.#receiver.welcome(decodeWelcome(bytes));
        return;
      default: {
        const reason = farewellOf(kind);
        if (reason === undefined) throw malformed(`a message of kind ${kind}`);
        this.#receiver.farewell(from, reason);
      }
    }
  }
}
