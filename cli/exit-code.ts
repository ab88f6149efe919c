/** How a command ends, for the scripts that call it. */
export const EXIT = {
  done: 0,
  refused: 1,
  wrongUsage: 2,
  tryAgain: 3,
  notAllowed: 4,
  fault: 5,
  /** As a shell reports a process that SIGINT has ended. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What `--help` says about them. */
export const EXIT_CODES_EXPLAINED = [
  'Exit codes:',
  '  0  done',
  '  1  refused, or something was found that needs a look',
  '  2  wrong usage',
  '  3  not reachable, or not finished: run the same command again',
  '  4  not allowed: no credentials, or not the right ones',
  '  5  a fault of Countermand itself',
].join('\n');
