// Gives serverless.yml the authorizers of deployment/authorization.ts. Plain JavaScript, and CommonJS,
// because serverless loads it without a loader.
const { pathToFileURL } = require('node:url');

module.exports = async ({ resolveVariable }) => {
  const param = async (name) => String((await resolveVariable(`param:${name}`)) ?? '');
  const { tsImport } = await import('tsx/esm/api');
  const file = pathToFileURL(__filename).href;
  const { authorizationOf } = await tsImport('./authorization.ts', file);
  return authorizationOf({
    jwtIssuer: await param('jwtIssuer'),
    jwtAudience: await param('jwtAudience'),
  });
};
