/** What a process counts of its calls. Only ever grows; the supervisor adds up what several lives of it counted. */
export interface Tally {
  /** Calls that the business made to other services. */
  calls: number;
  /** Requests that went over the wire for them. */
  attempts: number;
  /** Lesser answers taken because there was no real one. */
  degraded: number;
  /** Incoming requests refused in order to stay able to do the others. */
  shed: number;
  /** Requests taken in. */
  served: number;
  /** Of these, answered with an error. */
  failed: number;
  /** Orders that an earlier life of the process had left, and that it has gone on with. */
  resumed: number;
}

export function newTally(): Tally {
  return { calls: 0, attempts: 0, degraded: 0, shed: 0, served: 0, failed: 0, resumed: 0 };
}

export function addTally(total: Tally, more: Tally): void {
  for (const name of Object.keys(total) as (keyof Tally)[]) total[name] += more[name];
}
