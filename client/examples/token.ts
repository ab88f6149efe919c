import { bearer, createClient } from 'countermand/client';

const shop = createClient({
  baseUrl: 'https://api.example.com',
  // A text, or a function that is asked for each attempt.
  authorize: bearer(() => process.env.COUNTERMAND_TOKEN ?? ''),
});

const answer = await shop.cancelOrder({ orderId: '1001', body: { reason: 'customer' } });

if (!answer.ok) {
  console.error(answer.problem.code, answer.problem.detail);
} else if (answer.status === 202) {
  console.log(`The queue will cancel ${answer.body.orderId}`);
} else {
  console.log(answer.body.outcome, answer.body.restored);
}
