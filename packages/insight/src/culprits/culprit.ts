/** What is wrong with a culprit. */
export type CulpritKind =
  /** It takes longer for what it does itself. */
  | 'slow'
  /** It fails, or gives answers with which its callers cannot go on. */
  | 'failing'
  /** Calls to it get no answer, and none of its spans come. */
  | 'gone'
  /** It gets more requests than before, and cannot keep up. */
  | 'overloaded';

/** Who is to blame for what became worse between two windows. */
export interface Culprit {
  readonly kind: CulpritKind;
  readonly severity: 'note' | 'warning' | 'alarm';
  /** A service, or a peer that sends no spans. */
  readonly service: string;
  /** Where in it, as far as that is clear. */
  readonly operation: string | undefined;
  /** The one of its instances that stands out, if one does. */
  readonly instance: string | undefined;
  /** One sentence. */
  readonly text: string;
  /** Sentences with their numbers, the strongest first. */
  readonly evidence: readonly string[];
  /** How much of what became worse is put down to it, from 0 to 1. The ranking goes by it. */
  readonly share: number;
  /** Some traces that show it, the clearest first. */
  readonly traceIds: readonly string[];
}
