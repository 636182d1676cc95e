import type { Finding, SagaRow } from '../api/console-api.ts';

/** So many are told of one by one. */
const toldMax = 3;

/** What waits for a person, one finding for each service: a saga that is stuck goes on by itself no more. */
export function sagaFindings(stuck: readonly SagaRow[]): Finding[] {
  return [...new Set(stuck.map(({ service }) => service))].map((service) => {
    const sagas = stuck.filter((saga) => saga.service === service);
    const more = sagas.length - toldMax;
    return {
      severity: 'warning',
      text:
        sagas.length === 1
          ? `A saga of ${service} is stuck${placeOf(sagas[0]!)} and waits for a person.`
          : `${sagas.length} sagas of ${service} are stuck and wait for a person.`,
      service,
      operation: undefined,
      evidence: [...sagas.slice(0, toldMax).map(evidenceOf), ...(more > 0 ? [`${more} more.`] : [])],
      link: '/sagas?status=stuck',
    };
  });
}

function placeOf({ step }: SagaRow): string {
  return step === undefined ? '' : ` at ${step}`;
}

function evidenceOf(saga: SagaRow): string {
  const { type, id, problem } = saga;
  return `${type} ${id}${placeOf(saga)}${problem === undefined ? '' : `: ${problem}`}`;
}
