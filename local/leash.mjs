// Runs a command as long as its owner keeps this process's standard input open, and then ends it.
//
// Every process that `npm start` spawns runs on such a leash. The operating system closes the
// owner's end of the pipe in any case, even after `kill -9`. So no engine or server is ever
// orphaned; a signal handler in the owner could not guarantee that. Plain JavaScript, because it
// must start without a loader.
//
// It must lead a process group of its own. It ends the whole group, because processes that the
// command has started may not notice the command's end.
//
// Usage: node leash.mjs <command> [...arguments]
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const GRACE_MILLISECONDS = 3000;

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

let released = false;
const release = () => {
  // The signal to the group also reaches this process.
  if (released) return;
  released = true;
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), GRACE_MILLISECONDS);
};

process.stdin.once('close', release).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, release);

child.once('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code, signal) => {
  // Ends the processes that the command has left, and this process.
  if (released) process.kill(-process.pid, 'SIGKILL');
  // Shells report a death by signal as 128 and the signal's number.
  process.exit(code ?? 128 + constants.signals[signal]);
});
