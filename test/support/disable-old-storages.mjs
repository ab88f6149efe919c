// Node 20 makes every promise of a process carry every AsyncLocalStorage that was used once. Jest
// uses a new one for each test file and never disables it. In a worker's hundredth file a promise
// would take a hundred times as long as in its first. So each file disables those of the files
// before it.
import { AsyncLocalStorage } from 'node:async_hooks';

// Node gives the same class to all files of a worker, so the next file finds here what this one used.
const { prototype } = AsyncLocalStorage;
const USED = Symbol.for('countermand.used');

const rememberUsed = () => {
  const used = new Set();
  const { run } = prototype;
  prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
  };
  return used;
};

prototype[USED] ??= rememberUsed();
for (const storage of prototype[USED]) storage.disable();
prototype[USED].clear();
