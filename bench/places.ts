/** Where cancellations are measured: on a bare engine, or behind a network like AWS's. */
import { availableEngines, type EngineKind, startEngine } from '../local/dynamodb-engine.ts';
import { type AwsLike, startAwsLike } from './aws-like.ts';
import { progress } from './progress.ts';

export type Place = {
  readonly engine: EngineKind;
  readonly latency: 'bare' | 'aws-like';
  /** The engine itself. */
  readonly engineEndpoint: string;
  /** The engine's process group. */
  readonly engineGroup: number;
  /** The proxy between the engine and the measured code. */
  readonly network?: AwsLike;
};

export type Places = { readonly all: readonly Place[]; close(): Promise<void> };

/**
 * Starts every engine that can run here, and one network in front of the first. That is the fastest
 * engine, so its own time matters least behind the network.
 */
export const openPlaces = async ({ quick }: { readonly quick: boolean }): Promise<Places> => {
  const places: Place[] = [];
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of closing.splice(0).reverse()) await stop();
  };
  try {
    for (const found of await availableEngines()) {
      if (quick && places.length > 0) break;
      if (!found.available) {
        progress(`${found.kind} is left out: ${found.reason}`);
        continue;
      }
      const engine = await startEngine(found.kind);
      closing.push(engine.stop);
      const place: Place = {
        engine: found.kind,
        latency: 'bare',
        engineEndpoint: engine.endpoint,
        engineGroup: engine.pid ?? 0,
      };
      if (places.length === 0) {
        const network = await startAwsLike(engine.endpoint);
        closing.push(network.stop);
        places.push({ ...place, latency: 'aws-like', network });
      }
      places.push(place);
    }
  } catch (error) {
    await close();
    throw error;
  }
  if (places.length === 0) throw new Error('No DynamoDB engine can run on this machine.');
  return { all: places, close };
};

export const nameOf = ({
  engine,
  latency,
}: {
  readonly engine: string;
  readonly latency: Place['latency'];
}): string => (latency === 'bare' ? engine : `${engine}, ${latency}`);
