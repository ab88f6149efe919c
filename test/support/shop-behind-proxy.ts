import './node-errors.ts';
import { afterEach } from '@jest/globals';
import type { EngineShop } from './engine-shop.ts';
import type { TestEngine } from './engines.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Setting } from './furnishing.ts';

const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

export type ShopBehindProxy = {
  /** The shop itself, without faults. */
  readonly shop: EngineShop;
  /** The same shop as its callers reach it: through the proxy. */
  readonly customers: EngineShop;
  readonly proxy: FaultProxy;
};

/** Opens a new shop whose network can have faults until the end of the test. */
export const openShopBehindProxy = async (
  engine: TestEngine,
  setting?: Setting,
): Promise<ShopBehindProxy> => {
  const shop = await engine.openShop(setting);
  const proxy = await startFaultProxy(shop.endpoint);
  proxies.push(proxy);
  return { shop, proxy, customers: shop.through(proxy.endpoint) };
};
