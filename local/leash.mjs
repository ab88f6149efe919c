// Runs a command for as long as someone holds our standard input open, and ends it when they let go.
//
// Everything `npm start` spawns runs on such a leash. The operating system closes the other end of
// the pipe however its owner goes away, `kill -9` included, so no engine or server is ever orphaned;
// a signal handler in the owner could not promise that. Plain JavaScript, because it must start
// without a loader.
//
// It has to lead a process group of its own, and ends that group: what the command has started in
// turn need not notice the command's end.
//
// Usage: node leash.mjs <command> [...arguments]
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const GRACE_MILLISECONDS = 3000;

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

let released = false;
const release = () => {
  // Our own signal reaches us as well.
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
  // Whatever the command leaves behind, and ourselves.
  if (released) process.kill(-process.pid, 'SIGKILL');
  // Shells report a death by signal as 128 and the signal's number.
  process.exit(code ?? 128 + constants.signals[signal]);
});
