/** The DynamoDB engines that tests run on. */
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import {
  availableEngines,
  type Engine,
  type EngineKind,
  startEngine,
} from '../../local/dynamodb-engine.ts';
import type { Infrastructure } from '../../local/infrastructure.ts';
import type { EngineShop } from './engine-shop.ts';
import { openShop } from './engine-shop.ts';
import type { Setting } from './furnishing.ts';
import { infrastructure } from './infrastructure.ts';

export type TestEngine = {
  readonly kind: EngineKind;
  endpoint(): string;
  /** Opens a new shop with tables of its own, in the state that `setting` describes. */
  openShop(setting?: Setting): Promise<EngineShop>;
};

const engines = await availableEngines();

/**
 * Runs the same tests on every engine that can run here. An engine that cannot run is reported with
 * the reason, as a `todo`. If no engine can run, the tests fail, because they would prove nothing.
 */
export const onEveryEngine = (title: string, define: Define): void => {
  usableEngines();
  for (const engine of engines) {
    if (engine.available) {
      describe(`${title}, on ${engine.kind}`, () => define(runningEngine(engine.kind)));
    } else {
      process.stderr.write(`${title}: not tried on ${engine.kind}, since ${engine.reason}\n`);
      test.todo(`${title}, on ${engine.kind}: ${engine.reason}`);
    }
  }
};

/** Runs tests that do not depend on the engine, on the preferred one. */
export const onAnyEngine = (title: string, define: Define): void => {
  const [kind] = usableEngines();
  describe(`${title}, on ${kind}`, () => define(runningEngine(kind)));
};

type Define = (engine: TestEngine) => void;

const usableEngines = (): [EngineKind, ...EngineKind[]] => {
  const [kind, ...others] = engines.flatMap((engine) => (engine.available ? [engine.kind] : []));
  if (kind !== undefined) return [kind, ...others];
  const reasons = engines.map((engine) => `${engine.kind}: ${engine.available || engine.reason}`);
  throw new Error(`No DynamoDB engine can run on this machine.\n${reasons.join('\n')}`);
};

/** Engines that run already: one of each kind serves all tests of a file. */
const running = new Map<EngineKind, Promise<Engine>>();
const shops: EngineShop[] = [];

const startOnce = (kind: EngineKind): Promise<Engine> => {
  const started = running.get(kind) ?? startEngine(kind);
  running.set(kind, started);
  return started;
};

afterAll(async () => {
  for (const shop of shops) shop.close();
  for (const engine of running.values()) await (await engine).stop();
});

const runningEngine = (kind: EngineKind): TestEngine => {
  let engine: Engine;
  let described: Infrastructure;

  beforeAll(async () => {
    [engine, described] = await Promise.all([startOnce(kind), infrastructure()]);
  });

  return {
    kind,
    endpoint: () => engine.endpoint,
    async openShop(setting) {
      const shop = await openShop(engine.endpoint, described, setting);
      shops.push(shop);
      return shop;
    },
  };
};
