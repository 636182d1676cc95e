import { Agent, request } from 'undici';

/** After an order that was refused. */
const pauseMillis = 20;
let ordered = 0;

/** So many customers order one thing after the other for so long. How many orders were accepted. */
export async function orderFor(gatewayPort: number, customers: number, millis: number): Promise<number> {
  const agent = new Agent({ connections: customers });
  const until = performance.now() + millis;
  let accepted = 0;
  const customer = async (): Promise<void> => {
    while (performance.now() < until) {
      if (await order(gatewayPort, agent)) accepted++;
      else await new Promise((resolve) => setTimeout(resolve, pauseMillis));
    }
  };
  await Promise.all(Array.from({ length: customers }, customer));
  await agent.close();
  return accepted;
}

async function order(port: number, dispatcher: Agent): Promise<boolean> {
  const body = { basket: `bench-${++ordered}`, item: 'rope', quantity: 1, cents: 100 };
  try {
    const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      dispatcher,
    });
    await answer.dump();
    return statusCode === 201;
  } catch {
    return false;
  }
}
