// Ends with: under pressure: bestsellers
// A feature switch takes load off: while it is off, calls get a cheap answer and nothing is run.
import { featureSwitch } from '@holdfast/resilience';

const recommendations = featureSwitch(() => 'bestsellers', { name: 'recommendations' });
const personal = async (): Promise<string> => 'chosen for you';

console.log('usually:', await recommendations.execute(personal));
recommendations.switchOff('the database is at 95 %');
console.log('off because', recommendations.reason);
console.log('under pressure:', await recommendations.execute(personal));
