import { Sha256 } from '@aws-crypto/sha256-js';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { SignatureV4 } from '@smithy/signature-v4';
import { createClient, orThrow } from 'countermand/client';

const signer = new SignatureV4({
  service: 'execute-api',
  region: 'eu-west-1',
  credentials: fromNodeProviderChain(),
  sha256: Sha256,
});

const shop = createClient({
  baseUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com',
  authorize: async ({ method, url, headers, body }) => {
    const { protocol, hostname, pathname, searchParams } = new URL(url);
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host: hostname },
      body,
    });
    return signed.headers;
  },
});

const { body: order } = orThrow(await shop.getOrder({ orderId: '1001' }));
console.log(order.status);
