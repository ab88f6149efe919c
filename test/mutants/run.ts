/** The command `npm run mutants`. */
import { runMutants } from './notice.ts';

await runMutants(process.argv.slice(2));
