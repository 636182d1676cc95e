// What engines in packages of their own need to keep the contracts.
export { CatchUp, type PageSource } from '../event-sourcing/catch-up.ts';
export { checkAppend, checkRead, checkReadAll } from '../event-sourcing/check-events.ts';
export { eventStoreClosed, idConflict, streamConflict } from '../event-sourcing/event-errors.ts';
export { checkClaim, checkOutgoing, checkParked } from '../outbox/check-message.ts';
