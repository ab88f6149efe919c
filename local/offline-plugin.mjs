// Makes serverless-offline do what API Gateway does, where it does something else:
//
// - Every request has an id of its own. With serverless-offline, all have the same.
// - When a function throws or runs out of its time, the caller gets a 500. With serverless-offline
//   the caller gets a 200 that contains the error.
//
// It also tells the process that started the server what serverless.yml says. Another run of
// serverless would take as much time as all the rest of the start.
//
// A plugin of serverless, and plain JavaScript, because serverless loads it without a loader. It
// does nothing but with the command `offline start`.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A module within serverless-offline, which exports only its plugin. */
const internal = (path) => new URL(path, import.meta.resolve('serverless-offline')).href;

/** What an HTTP API answers instead of the function's error. */
const FUNCTION_FAILED = {
  statusCode: 500,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'Internal Server Error' }),
};

const isRequest = (event) => event?.requestContext?.http !== undefined;

const amend = async () => {
  const { default: LambdaFunction } = await import(internal('./lambda/LambdaFunction.js'));
  const { setEvent, runHandler } = LambdaFunction.prototype;
  const events = new WeakMap();

  LambdaFunction.prototype.setEvent = function (event) {
    if (isRequest(event)) event.requestContext.requestId = randomUUID();
    events.set(this, event);
    setEvent.call(this, event);
  };

  LambdaFunction.prototype.runHandler = async function () {
    const event = events.get(this);
    try {
      return await runHandler.call(this);
    } catch (error) {
      if (!isRequest(event)) throw error;
      console.error(error);
      return FUNCTION_FAILED;
    }
  };
};

/** Whoever waits for the file must not find half of it. */
const tell = async (configuration, file) => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify(configuration));
  await rename(`${file}.part`, file);
};

export default class OfflinePlugin {
  constructor(serverless) {
    this.hooks = {
      'before:offline:start:init': async () => {
        // Only now: serverless itself has hundreds of modules, whose source maps nobody needs.
        process.setSourceMapsEnabled(true);
        const { COUNTERMAND_CONFIGURATION: file } = process.env;
        if (file) await tell(serverless.configurationInput, file);
        await amend();
      },
    };
  }
}
