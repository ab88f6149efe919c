import './node-errors.ts';
import { afterEach } from '@jest/globals';
import type { EngineShop } from './engine-shop.ts';
import type { TestEngine } from './engines.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

export type ShopBehindProxy = {
  /** The shop itself, undisturbed. */
  readonly shop: EngineShop;
  /** The same shop as customers reach it: through the proxy. */
  readonly customers: EngineShop;
  readonly proxy: FaultProxy;
};

/** A new shop, with a network in front of it that can be disturbed until the end of the test. */
export const openShopBehindProxy = async (engine: TestEngine): Promise<ShopBehindProxy> => {
  const shop = await engine.openShop();
  const proxy = await startFaultProxy(shop.endpoint);
  proxies.push(proxy);
  return { shop, proxy, customers: shop.through(proxy.endpoint) };
};
