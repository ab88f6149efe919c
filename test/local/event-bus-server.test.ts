import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEventBus } from '../../lib/event-bus/event-bus.ts';
import { localClient } from '../../local/aws.ts';
import {
  type DeliveredEvent,
  type EventBusServer,
  readEvents,
  startEventBusServer,
} from '../../local/event-bus-server.ts';
import { freePorts } from '../../local/ports.ts';
import { tellStory } from '../support/event-examples.ts';
import { unitRuntime } from '../support/unit-runtime.ts';

let folder: string;
let file: string;
let server: EventBusServer;
let client: EventBridgeClient;

const start = async (options: Partial<Parameters<typeof startEventBusServer>[0]> = {}) => {
  const [port = 0] = await freePorts(1);
  server = await startEventBusServer({ port, file, ...options });
  client = new EventBridgeClient(localClient(server.endpoint));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countermand-events-'));
  file = join(folder, 'deep', 'events.jsonl');
});

afterEach(async () => {
  client.destroy();
  await server.stop();
  await rm(folder, { recursive: true });
});

const put = async (events: Awaited<ReturnType<typeof tellStory>>) =>
  createEventBus(client, 'events', unitRuntime()).put(events, () => 60_000);

describe('The event bus of this machine', () => {
  test('keeps what the function sends, as a target of EventBridge would get it', async () => {
    const told: DeliveredEvent[] = [];
    await start({ onEvent: (event) => told.push(event) });
    const story = await tellStory();

    expect(await put(story)).toEqual(story.map(() => undefined));

    const found = readEvents(file);
    expect(new Set(found.map(({ detail }) => detail))).toEqual(new Set(story));
    expect(told).toEqual(found);
    expect(found[0]).toMatchObject({
      version: '0',
      source: 'countermand',
      'detail-type': found[0]?.detail.type,
      time: found[0]?.detail.time,
    });
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(story.length + 1);
  });

  test('begins with an empty file', async () => {
    await start();
    await put(await tellStory());
    await server.stop();
    await start();

    expect(readEvents(file)).toEqual([]);
  });

  test('goes on with an old file where that is wanted', async () => {
    file = join(folder, 'events.jsonl');
    await writeFile(file, '{"id":"old"}\n');
    await start({ keepsOld: true });
    await put((await tellStory()).slice(0, 1));

    expect(readEvents(file)).toEqual([{ id: 'old' }, expect.objectContaining({ version: '0' })]);
  });

  test('refuses more than ten events in a request', async () => {
    await start();
    const Entries = Array.from({ length: 11 }, () => ({
      Source: 's',
      DetailType: 't',
      Detail: '{}',
    }));

    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toThrow('up to 10');
    expect(readEvents(file)).toEqual([]);
  });
});
