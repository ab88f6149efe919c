// A plugin of esbuild: evaluates a module `*.static.ts` while functions are bundled, and puts its
// constants, which are strings, in its place. What takes long to compute, or comes from files that
// are not deployed, is done before the deployment.
//
// And takes nothing but the version from the package.json of the SDK's clients, which use no more of
// it. So the bundle of cancel-order is 5 KB smaller.
//
// CommonJS, because serverless-esbuild loads it with `require`. The module is evaluated in a process
// of its own, because not every process that bundles can load TypeScript.
const { execFile } = require('node:child_process');
const { readFile } = require('node:fs/promises');
const { pathToFileURL } = require('node:url');
const { promisify } = require('node:util');

// Otherwise each source map would have all constants, also those that its function does not use.
const NO_SOURCE = `//# sourceMappingURL=data:application/json,${encodeURIComponent(
  JSON.stringify({ version: 3, sources: [], mappings: '' }),
)}`;

const evaluate = async (path) => {
  const print = `console.log(JSON.stringify(await import(${JSON.stringify(pathToFileURL(path).href)})))`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', print],
    { cwd: __dirname, maxBuffer: 16 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return JSON.parse(stdout);
};

module.exports = [
  {
    name: 'static-constants',
    setup({ onLoad }) {
      onLoad({ filter: /\.static\.ts$/ }, async ({ path }) => {
        const lines = Object.entries(await evaluate(path)).map(
          ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
        );
        return { contents: [...lines, NO_SOURCE].join('\n'), loader: 'js' };
      });
    },
  },
  {
    name: 'versions-of-the-sdk',
    setup({ onLoad }) {
      onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
        const { version } = JSON.parse(await readFile(path, 'utf8'));
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  },
];
