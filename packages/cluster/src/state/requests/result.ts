import type { EtcdRefusal } from '../state-machine.ts';

/** What a request is answered: its response, or why not. */
export type Result<Response> = { readonly response: Response } | { readonly refusal: EtcdRefusal };
