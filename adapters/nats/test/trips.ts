import {
  type ChoreographedService,
  type Choreography,
  choreography,
  type EmbeddedTransaction,
} from '@holdfast/transactions';

/** Trips that there are seats for. */
export const seats = 20;

export const hotel: ChoreographedService<EmbeddedTransaction> = {
  name: 'hotel',
  reactions: {
    'trip.wanted': {
      emits: ['room.booked', 'trip.cancelled'],
      react(transaction, { sagaId }, emit) {
        transaction.put('rooms', sagaId, 'booked');
        emit('room.booked');
      },
      undoOn: ['flight.full'],
      undo(transaction, { sagaId }, emit) {
        transaction.delete('rooms', sagaId);
        emit('trip.cancelled');
      },
    },
  },
};

export const airline: ChoreographedService<EmbeddedTransaction> = {
  name: 'airline',
  reactions: {
    'room.booked': {
      emits: ['trip.booked', 'flight.full'],
      react(transaction, { sagaId }, emit) {
        const taken = [...transaction.rows('seats')].length;
        if (taken === seats) return emit('flight.full');
        transaction.put('seats', sagaId, 'taken');
        emit('trip.booked');
      },
    },
  },
};

/** A room, then a seat; with no seat left, the room is given back. */
export const trips: Choreography = choreography({
  name: 'trips',
  services: [hotel, airline],
  begins: ['trip.wanted'],
  ends: { 'trip.booked': 'booked', 'trip.cancelled': 'cancelled' },
});

export const tripIds: readonly string[] = Array.from({ length: 30 }, (_, n) => `trip-${n}`);
