// Gives serverless.yml the alarms and the dashboard of deployment/alarms.ts. Plain JavaScript, and
// CommonJS, because serverless loads it without a loader.
const { pathToFileURL } = require('node:url');

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const param = (name) => resolveVariable(`param:${name}`);
  if (String(await param('alarms')) !== 'true') return { Resources: {} };
  const { tsImport } = await import('tsx/esm/api');
  const { watchingResources } = await tsImport('./watching.ts', pathToFileURL(__filename).href);
  const Resources = watchingResources({
    stack: `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`,
    functions: await resolveConfigurationProperty(['functions']),
    timeout: await resolveConfigurationProperty(['provider', 'timeout']),
    topicArn: await param('alarmTopicArn'),
    email: await param('alarmEmail'),
  });
  return { Resources };
};
