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
  /** The shop itself, undisturbed. */
  readonly shop: EngineShop;
  /** The same shop as customers reach it: through the proxy. */
  readonly customers: EngineShop;
  readonly proxy: FaultProxy;
};

/** A new shop in which so much has happened, with a network in front of it that can be disturbed until the end of the test. */
export const openShopBehindProxy = async (
  engine: TestEngine,
  setting?: Setting,
): Promise<ShopBehindProxy> => {
  const shop = await engine.openShop(setting);
  const proxy = await startFaultProxy(shop.endpoint);
  proxies.push(proxy);
  return { shop, proxy, customers: shop.through(proxy.endpoint) };
};
