import { WatchRequest, WatchResponse } from '../etcd/watch.ts';
import { type AnyMethod, stream } from './method.ts';
import type { ServiceParts } from './service-parts.ts';
import { WatchResponses } from './watch-responses.ts';
import { WatchStream } from './watch-stream.ts';

/** etcd's Watch service. */
export class WatchService {
  readonly #parts: ServiceParts;
  /** Of all streams together: they mostly get the same. */
  readonly #encoder: WatchResponses;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#encoder = new WatchResponses(parts.headers);
  }

  methods(): readonly AnyMethod[] {
    return [
      stream('/etcdserverpb.Watch/Watch', WatchRequest, WatchResponse, (requests, responses, call) =>
        new WatchStream(this.#parts, this.#encoder, responses, call).serve(requests),
      ),
    ];
  }
}
