// Ends every command of serverless, also a deployment, before it does anything, if a setting makes
// no sense. A function would notice at its first start, but then it is deployed.
//
// A plugin of serverless, and plain JavaScript, because serverless loads it without a loader.
export default class SettingsPlugin {
  constructor({ service, classes }) {
    this.hooks = {
      initialize: async () => {
        const { tsImport } = await import('tsx/esm/api');
        const { checkSettings } = await tsImport('./deployed-settings.ts', import.meta.url);
        try {
          checkSettings(service);
        } catch ({ message }) {
          // Serverless prints the message of its own errors, and of others the stack.
          throw new classes.Error(`${message}.`, 'INVALID_SETTING');
        }
      },
    };
  }
}
