/** The options of the command line. */
import { parseArgs } from 'node:util';

export type Options = {
  /** Print the result as JSON instead of tables. */
  readonly json: boolean;
  /** Few orders on one engine: shows that everything works, but not how fast. */
  readonly quick: boolean;
  /** Write tables and chart into docs/performance.md. */
  readonly writeDocs: boolean;
};

/** @throws one line that lists the known options, when there is another one */
export const readOptions = (args: readonly string[]): Options => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        quick: { type: 'boolean' },
        'write-docs': { type: 'boolean' },
      },
    });
    const { json = false, quick = false, 'write-docs': writeDocs = false } = values;
    return { json, quick, writeDocs };
  } catch (error) {
    const [complaint] = (error as Error).message.split('. ');
    throw new Error(`${complaint}. Known are --json, --quick and --write-docs.`);
  }
};
