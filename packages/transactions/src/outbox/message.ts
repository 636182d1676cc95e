/** What is published, whichever way it goes. */
export interface Message {
  /** 1 to 200 characters, the same in every copy of the message: duplicates are told by it. */
  readonly id: string;
  /** Where it goes: words of letters, digits, `-` and `_`, joined by dots. 200 characters at most. */
  readonly topic: string;
  /** Messages of one key are published in order. 1 to 200 characters. Without one there is no order. */
  readonly key?: string | undefined;
  /** Names are letters, digits, `-` and `_`; values have no line breaks. */
  readonly headers?: MessageHeaders | undefined;
  readonly body: Uint8Array;
}

export type MessageHeaders = { readonly [name: string]: string };

/** A message that could not be dealt with. It stays until an operator retries or discards it. */
export interface ParkedMessage {
  readonly message: Message;
  readonly attempts: number;
  /** In a few words why it was parked. */
  readonly reason: string;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly parkedAt: number;
}

export interface ParkedPage {
  /** Those parked first come first. */
  readonly parked: readonly ParkedMessage[];
  /** What to ask for as `after`; undefined when this is the last page. */
  readonly next: string | undefined;
}

export interface ParkedOptions {
  /** Of the page before. */
  readonly after?: string | undefined;
  /** Messages at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
