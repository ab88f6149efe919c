import './node-errors.ts';
import { afterEach } from '@jest/globals';
import type { TestEngine } from './engines.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Shop } from './shop.ts';

const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

export type ShopBehindProxy = {
  /** The shop itself, undisturbed. */
  readonly shop: Shop;
  /** The same shop as customers reach it: through the proxy. */
  readonly customers: Shop;
  readonly proxy: FaultProxy;
};

/** A new shop, with a network in front of it that can be disturbed until the end of the test. */
export const openShopBehindProxy = async (engine: TestEngine): Promise<ShopBehindProxy> => {
  const shop = await engine.openShop();
  const proxy = await startFaultProxy(shop.endpoint);
  proxies.push(proxy);
  return { shop, proxy, customers: shop.through(proxy.endpoint) };
};
