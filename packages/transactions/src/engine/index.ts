// What engines in packages of their own need to keep the contracts.
export { type AnswerWithinOptions, answerWithin } from '../answer-within.ts';
export { CatchUp, type PageSource } from '../event-sourcing/catch-up.ts';
export { checkAppend, checkRead, checkReadAll } from '../event-sourcing/check-events.ts';
export { eventStoreClosed, idConflict, streamConflict } from '../event-sourcing/event-errors.ts';
export { ledgerClosed } from '../ledger/ledger-errors.ts';
export {
  type CheckedSubscription,
  checkClaim,
  checkConsumer,
  checkMessage,
  checkOutgoing,
  checkParked,
  checkSubscribe,
} from '../outbox/check-message.ts';
export { brokerClosed } from '../outbox/message-errors.ts';
export { PulledSubscription } from '../pulled-subscription.ts';
export { sleptFor } from '../slept-for.ts';
export {
  branchRolledBack,
  resourceMisconfigured,
  resourceUnavailable,
} from '../two-phase/resource-errors.ts';
export { unlessAborted } from '../unless-aborted.ts';
