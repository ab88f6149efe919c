import { createClient } from 'countermand/client';

const shop = createClient({ baseUrl: 'http://localhost:3000' });
const answer = await shop.cancelOrder({ orderId: '1001', body: { reason: 'customer' } });
if (answer.ok) console.log(answer.status);
